using Solya.Workflows.Api.DataPlatform;
using Solya.Workflows.Api.V1;
using Solya.Workflows.Api.Workflows;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>The documents of all faces, in the order of Swagger UI.</summary>
internal static class FaceDocuments
{
    public static readonly IReadOnlyList<FaceDocument> All = [DataPlatformFace.Document, V1Face.Document, WorkflowsFace.Document];

    public static FaceDocument Named(string name) => All.Single(document => document.Name == name);
}
