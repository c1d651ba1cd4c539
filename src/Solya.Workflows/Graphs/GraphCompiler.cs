using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>Compiles nodes and the edges between them. Everything wrong is found at once, and each message names its node or edge.</summary>
public sealed class GraphCompiler
{
    /// <summary>The graphs inside of iterators included.</summary>
    public const int MaxNodes = 500;

    /// <summary>In one graph.</summary>
    public const int MaxEdges = 10_000;

    private readonly List<FlowFault> _faults = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    private GraphCompiler()
    {
    }

    /// <param name="edges">Undefined or null for none.</param>
    public static CompiledGraph Compile(JsonElement nodes, JsonElement edges)
    {
        var compiler = new GraphCompiler();
        var graph = compiler.GraphOf(nodes, edges, "", 1);
        if (compiler._ids.Count > MaxNodes)
        {
            compiler._faults.Add(new("nodes", "TOO_MANY", $"A graph may have at most {MaxNodes} nodes, those inside of iterators included."));
        }

        return compiler._faults.Count > 0 ? new(null, compiler._faults) : new(graph, []);
    }

    /// <param name="definition">An object with <c>nodes</c> and <c>edges</c>, as versions of graphs are stored.</param>
    public static CompiledGraph Compile(JsonElement definition) => Compile(PartOf(definition, "nodes"), PartOf(definition, "edges"));

    private static JsonElement PartOf(JsonElement definition, string name)
        => definition.ValueKind == JsonValueKind.Object && definition.TryGetProperty(name, out var part) ? part : default;

    private WorkflowGraph? GraphOf(JsonElement nodes, JsonElement edges, string prefix, int depth)
    {
        var before = _faults.Count;
        var known = NodesOf(nodes, prefix, depth);
        if (known.Count == 0)
        {
            return null;
        }

        var read = GraphEdges.Read(edges, known, prefix, _faults);
        CheckTriggers(known, read, prefix, depth);
        if (FlowDefinition.CycleIn([.. known.Keys], [.. read.Select(edge => (edge.Source.Id, edge.Target.Id))]) is { } cycle)
        {
            _faults.Add(new($"{prefix}edges", "CYCLE", $"The edges form a cycle through node '{cycle}'."));
        }

        if (_faults.Count > before)
        {
            return null;
        }

        NodeDraft[] drafts = [.. known.Values];
        var places = drafts.Index().ToDictionary(draft => draft.Item.Id, draft => draft.Index, StringComparer.Ordinal);
        return new(
            [.. drafts.Select(draft => draft.Node is SwitchNode choice ? choice with { Cases = GraphEdges.CasesOf(draft, read) } : draft.Node!)],
            [.. read.Select(edge => new GraphEdge(places[edge.Source.Id], places[edge.Target.Id], edge.Handle))],
            Dialect.Graph,
            drafts.FirstOrDefault(draft => draft.IsTrigger) is { } trigger ? places[trigger.Id] : null);
    }

    /// <summary>The nodes by id, in their order; also those whose data is wrong, so that edges can be checked against them.</summary>
    private OrderedDictionary<string, NodeDraft> NodesOf(JsonElement nodes, string prefix, int depth)
    {
        var known = new OrderedDictionary<string, NodeDraft>(StringComparer.Ordinal);
        if (nodes.ValueKind != JsonValueKind.Array || nodes.GetArrayLength() == 0)
        {
            _faults.Add(new($"{prefix}nodes", "INVALID_TYPE", $"'{prefix}nodes' must be an array with at least one node."));
            return known;
        }

        foreach (var (place, node) in nodes.EnumerateArray().Index())
        {
            if (_ids.Count > MaxNodes)
            {
                break; // reported once, for all of them
            }

            var path = string.Create(CultureInfo.InvariantCulture, $"{prefix}nodes[{place}]");
            if (StepFields.Of(node, path, _faults) is not { } fields || fields.Text("id", StepsCompiler.MaxName) is not { } id)
            {
                continue;
            }

            if (!_ids.Add(id))
            {
                _faults.Add(new($"{path}.id", "DUPLICATE", $"Node '{id}' occurs more than once."));
            }

            known.TryAdd(id, DraftOf(node, id, place, path, depth));
        }

        return known;
    }

    private NodeDraft DraftOf(JsonElement node, string id, int place, string path, int depth)
    {
        var own = new List<FlowFault>();
        var inside = _faults.Count;
        StepFields.Of(node, path, own)?.Text("type", StepsCompiler.MaxName);
        Component? component = null;
        GraphNode? made = null;
        if (!node.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            own.Add(new($"{path}.data", "REQUIRED", "an object 'data' is needed."));
        }
        else if (StepFields.Of(data, $"{path}.data", own, ignoresNull: true) is { } fields)
        {
            component = ComponentOf(fields);
            made = component is { } known
                ? ComponentFields.NodeOf(fields, id, known, () => BodyOf(fields, data, depth))
                : null;
        }

        // What is wrong inside of an iterator names its own nodes.
        _faults.InsertRange(inside, own.Select(fault => fault with { Message = $"Node '{id}': {fault.Message}" }));
        return new(id, place, component, made);
    }

    private static Component? ComponentOf(StepFields data)
    {
        if (data.Text("componentId", int.MaxValue) is not { } text)
        {
            return null;
        }

        if (WireText<Component>.TryParse(text, out var component))
        {
            return component;
        }

        data.Fault("componentId", "INVALID_VALUE", $"'componentId' must be one of {string.Join(", ", WireText<Component>.All)}.");
        return null;
    }

    private WorkflowGraph? BodyOf(StepFields fields, JsonElement data, int depth)
    {
        if (depth > StepsCompiler.MaxNesting)
        {
            fields.Fault("componentId", "TOO_DEEP", $"iterators may stand at most {StepsCompiler.MaxNesting} levels inside each other.");
            return null;
        }

        if (!data.TryGetProperty("graph", out var graph) || graph.ValueKind != JsonValueKind.Object)
        {
            fields.Fault("graph", "REQUIRED", "an object 'graph' with 'nodes' and 'edges' is needed.");
            return null;
        }

        return GraphOf(PartOf(graph, "nodes"), PartOf(graph, "edges"), $"{fields.PathOf("graph")}.", depth + 1);
    }

    private void CheckTriggers(OrderedDictionary<string, NodeDraft> nodes, IReadOnlyList<EdgeDraft> edges, string prefix, int depth)
    {
        var triggers = nodes.Values.Where(node => node.IsTrigger).ToList();
        foreach (var extra in triggers.Skip(depth == 1 ? 1 : 0))
        {
            _faults.Add(new(
                string.Create(CultureInfo.InvariantCulture, $"{prefix}nodes[{extra.Place}].data.componentId"),
                depth == 1 ? "SECOND_TRIGGER" : "NOT_ALLOWED",
                depth == 1
                    ? $"Node '{extra.Id}' is a trigger like node '{triggers[0].Id}'; a graph may have one."
                    : $"Node '{extra.Id}' is a trigger; the graph of an iterator has none."));
        }

        foreach (var edge in edges.Where(edge => edge.Target.IsTrigger))
        {
            _faults.Add(new($"{edge.Path}.target", "NOT_ALLOWED", $"Edge '{edge.Name}' leads to node '{edge.Target.Id}', a trigger; nothing leads to one."));
        }
    }
}
