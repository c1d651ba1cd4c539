using System.Text.Encodings.Web;
using System.Text.Json;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>The nodes and edges of a stored workflow: as sent, or put together from the steps of <c>/v1</c>.</summary>
internal static class WorkflowGraphs
{
    private static readonly RawJsonArray Nothing = new("[]");

    public static (RawJsonArray Nodes, RawJsonArray Edges) Of(StoredWorkflow stored) => stored.Format switch
    {
        WorkflowFormat.Graph => Parts(stored.Document!),
        WorkflowFormat.Steps => OfSteps(stored.Document!),
        null => stored.Workflow.FlowDefinition is { } flow ? Parts(flow) : (Nothing, Nothing),
    };

    /// <summary>What each node is, by its id; nodes inside of iterators too.</summary>
    public static IReadOnlyDictionary<string, string> Components(RawJsonArray nodes)
    {
        var components = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(JsonElement.Parse(nodes.Text), components);
        return components;
    }

    private static (RawJsonArray Nodes, RawJsonArray Edges) Parts(string document)
    {
        var root = new JsonText(document).Element;
        RawJsonArray Part(string name) => root.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Array ? new(part.GetRawText()) : Nothing;

        return (Part("nodes"), Part("edges"));
    }

    // One node a step; what stands inside of lists and branches is a matter of /v1.
    private static (RawJsonArray Nodes, RawJsonArray Edges) OfSteps(string steps)
    {
        var (nodes, edges) = (new List<string>(), new List<string>());
        string? before = null;
        foreach (var step in new JsonText(steps).Element.EnumerateArray())
        {
            var name = Text(step, "name") ?? "";
            nodes.Add($$$"""{"id":{{{Quoted(name)}}},"type":"action","data":{"componentId":{{{Quoted(Text(step, "type") ?? "")}}}}}""");
            if (before is not null)
            {
                edges.Add($$"""{"id":{{Quoted($"{before}-{name}")}},"source":{{Quoted(before)}},"target":{{Quoted(name)}}}""");
            }

            before = name;
        }

        return (new($"[{string.Join(',', nodes)}]"), new($"[{string.Join(',', edges)}]"));
    }

    private static void Add(JsonElement nodes, Dictionary<string, string> components)
    {
        if (nodes.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var node in nodes.EnumerateArray())
        {
            if (Text(node, "id") is not { } id || !node.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            if (Text(data, "componentId") is { } component)
            {
                components[id] = component;
            }

            if (data.TryGetProperty("graph", out var inner) && inner.ValueKind == JsonValueKind.Object && inner.TryGetProperty("nodes", out var body))
            {
                Add(body, components);
            }
        }
    }

    private static string? Text(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
