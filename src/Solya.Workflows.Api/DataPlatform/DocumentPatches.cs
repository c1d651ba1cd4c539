using Solya.Workflows.Api.Json;
using Solya.Workflows.StepPatches;

namespace Solya.Workflows.Api.DataPlatform;

internal static class DocumentPatches
{
    public static Patch<string> ToText(this Patch<RawJson?> document) => document.IsGiven ? new(document.Value?.Text) : default;
}
