using System.Text.Json;

namespace Solya.Workflows.Graphs;

/// <summary>Which workflows the nodes of a graph start runs of.</summary>
public static class TriggeredWorkflows
{
    /// <summary>The ids that nodes <c>trigger_workflow</c> name, those inside of iterators too; ones that are computed are not known before the run.</summary>
    /// <param name="document">An object of nodes and edges, compiled or not.</param>
    public static IEnumerable<string> Of(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("nodes", out var nodes) || nodes.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var node in nodes.EnumerateArray())
        {
            if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            if (Text(data, "componentId") == "trigger_workflow" && Text(data, "workflow_id") is { } id)
            {
                yield return id;
            }

            if (data.TryGetProperty("graph", out var inner))
            {
                foreach (var nested in Of(inner))
                {
                    yield return nested;
                }
            }
        }
    }

    private static string? Text(JsonElement data, string name)
        => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
