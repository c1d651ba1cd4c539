using System.Text.Json;
using Solya.Workflows.Graphs;

namespace Solya.Workflows.Tests.Graphs;

/// <summary>Writes graphs briefly: nodes as a component with its data, edges as <c>a>b</c> or <c>a>b:handle</c>.</summary>
internal static class Flow
{
    public const string Entry = """{ "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger" } }""";

    public static string Node(string id, string component, string data = "")
        => $$"""{ "id": "{{id}}", "type": "action", "data": { "componentId": "{{component}}"{{(data.Length > 0 ? "," : "")}} {{data}} } }""";

    public static string Text(string id, string text = "done") => Node(id, "text", $"\"text\": {JsonSerializer.Serialize(text)}");

    /// <summary>An effect that the test ends.</summary>
    public static string Http(string id, string more = "") => Node(id, "webhook", $"\"method\": \"GET\", \"url\": \"https://example.com\"{(more.Length > 0 ? "," : "")} {more}");

    public static string Nodes(params IEnumerable<string> nodes) => $"[{string.Join(',', nodes)}]";

    public static string Edges(string edges) => $"[{string.Join(',', edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Edge))}]";

    public static CompiledGraph Compile(string nodes, string edges = "[]") => GraphCompiler.Compile(JsonElement.Parse(nodes), JsonElement.Parse(edges));

    public static string Iterator(string id, string data, string nodes, string edges = "[]")
        => Node(id, "iterator", $$"""{{data}}, "graph": { "nodes": {{nodes}}, "edges": {{edges}} }""");

    private static string Edge(string edge, int place)
    {
        var (way, handle) = edge.Split(':') is [var joined, var named] ? (joined, $"\"{named}\"") : (edge, "null");
        var ends = way.Split('>');
        return $$"""{ "id": "e{{place}}", "source": "{{ends[0]}}", "target": "{{ends[1]}}", "sourceHandle": {{handle}} }""";
    }
}
