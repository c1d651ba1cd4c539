using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>The examples of a face: bodies as they are sent and answered, whole.</summary>
/// <param name="byOperation">By operation id; a request is null when the operation takes no body.</param>
/// <param name="byStatus">The failures, by status.</param>
internal sealed class FaceExamples(
    IReadOnlyDictionary<string, (string? Request, string Answer)> byOperation, IReadOnlyDictionary<string, string> byStatus)
{
    public JsonNode? RequestOf(string operation) => byOperation[operation].Request is { } request ? JsonNode.Parse(request) : null;

    /// <summary>What the operation streams, as text.</summary>
    public string StreamOf(string operation) => byOperation[operation].Answer;

    /// <summary>What the operation answers with the status.</summary>
    public JsonNode? AnswerOf(string operation, string status)
        => JsonNode.Parse(status.StartsWith('2') ? byOperation[operation].Answer : byStatus[status]);
}
