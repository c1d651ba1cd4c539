using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Schema;

/// <summary>The OpenAPI document of a face, as the service gives it.</summary>
internal static class OpenApiDocument
{
    // "Æ" and quotes stay readable; the file is no HTML.
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static async Task<JsonNode> OfAsync(WorkflowsApi api, string face)
    {
        using var client = api.CreateClient(token: null);
        return JsonNode.Parse(await client.GetStringAsync(new Uri($"/swagger/{face}/swagger.json", UriKind.Relative)))!;
    }

    public static void AssertCommitted(JsonNode document, string face)
        => CommittedFile.AssertSays(document.ToJsonString(Pretty) + "\n", "SOLYA_UPDATE_OPENAPI", "docs", "openapi", $"{face}.json");

    public static IEnumerable<(string Method, string Path, JsonNode Operation)> Operations(JsonNode document)
        => from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select (operation.Key.ToUpperInvariant(), path.Key.TrimEnd('/'), operation.Value);
}
