using System.Text.Json;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>How the faces spell the names of properties.</summary>
internal static class WireNames
{
    /// <summary>The policy of the face that the type belongs to.</summary>
    public static JsonNamingPolicy Of(Type type) => type.Namespace?.StartsWith("Solya.Workflows.Api.Workflows", StringComparison.Ordinal) == true
        ? JsonNamingPolicy.SnakeCaseLower
        : JsonNamingPolicy.CamelCase;
}
