using System.Text.Json;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Definitions;

/// <summary>What a data-platform flow (nodes and edges) must fulfil to be stored.</summary>
public static class FlowDefinition
{
    public const int MaxNodes = 500;

    public const int MaxEdges = 10_000;

    /// <summary>Everything wrong with <paramref name="definition"/> at once; empty when it may be stored.</summary>
    public static IReadOnlyList<FlowFault> Check(JsonElement definition)
    {
        var faults = new List<FlowFault>();
        var nodes = NodesOf(definition, faults);
        var edges = EdgesOf(definition, nodes, faults);
        if (faults.Count > 0)
        {
            return faults; // what follows asks how well-formed nodes and edges hang together
        }

        CheckTrigger(nodes, faults);
        CheckPlanSources(nodes, faults);
        if (CycleIn([.. nodes.Select(node => node.Id)], [.. edges.Select(edge => (edge.Source, edge.Target))]) is { } cycle)
        {
            faults.Add(new("edges", "CYCLE", $"The edges form a cycle through node '{cycle}'."));
        }

        return faults;
    }

    private sealed record Node(int Index, string Id, NodeType Type, ActionType? Action, JsonElement Data);

    private sealed record Edge(string Source, string Target);

    private static List<Node> NodesOf(JsonElement definition, List<FlowFault> faults)
    {
        var nodes = new List<Node>();
        if (ArrayOf(definition, "nodes", MaxNodes, faults) is not { } list)
        {
            return nodes;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            var path = $"nodes[{index}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                faults.Add(new(path, "INVALID_TYPE", $"{path} must be an object."));
                continue;
            }

            if (TextOf(element, "id", path, faults) is not { } id)
            {
                continue;
            }

            if (!ids.Add(id))
            {
                faults.Add(new($"{path}.id", "DUPLICATE", $"Node '{id}' occurs more than once."));
            }

            if (!element.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
            {
                faults.Add(new($"{path}.data", "REQUIRED", $"Node '{id}' needs an object 'data'."));
                continue;
            }

            if (EnumOf<NodeType>(data, "nodeType", path, id, required: true, faults) is { } type)
            {
                var action = EnumOf<ActionType>(data, "actionType", path, id, required: false, faults);
                if (type == NodeType.Trigger && action is not null)
                {
                    faults.Add(new($"{path}.data.actionType", "NOT_ALLOWED", $"Node '{id}' is a TRIGGER and has no action type."));
                }

                nodes.Add(new(index, id, type, action, data));
            }
        }

        return nodes;
    }

    private static List<Edge> EdgesOf(JsonElement definition, List<Node> nodes, List<FlowFault> faults)
    {
        var edges = new List<Edge>();
        if (ArrayOf(definition, "edges", MaxEdges, faults) is not { } list)
        {
            return edges;
        }

        var known = nodes.Select(node => node.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            var path = $"edges[{index}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                faults.Add(new(path, "INVALID_TYPE", $"{path} must be an object."));
                continue;
            }

            var name = element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : path;
            var source = TextOf(element, "source", path, faults);
            var target = TextOf(element, "target", path, faults);
            foreach (var (end, node) in new[] { ("source", source), ("target", target) })
            {
                if (node is not null && !known.Contains(node))
                {
                    faults.Add(new($"{path}.{end}", "UNKNOWN_NODE", $"Edge '{name}' names node '{node}', which does not exist."));
                }
            }

            if (source is not null && target is not null)
            {
                edges.Add(new(source, target));
            }
        }

        return edges;
    }

    private static void CheckTrigger(List<Node> nodes, List<FlowFault> faults)
    {
        var triggers = nodes.Where(node => node.Type == NodeType.Trigger).ToList();
        if (triggers.Count == 0)
        {
            faults.Add(new("nodes", "NO_TRIGGER", "Exactly one node must be a TRIGGER; none is."));
        }

        faults.AddRange(triggers.Skip(1).Select(node => new FlowFault(
            $"nodes[{node.Index}].data.nodeType", "SECOND_TRIGGER", $"Exactly one node must be a TRIGGER; node '{node.Id}' is one more.")));
    }

    private static void CheckPlanSources(List<Node> nodes, List<FlowFault> faults)
    {
        foreach (var node in nodes.Where(node => node.Action == ActionType.AddItemsToPlan))
        {
            // The source may stand beside the action type or in the action's own configuration.
            var (path, given) = node.Data.TryGetProperty("sourcePlanNodeId", out var direct)
                ? ("data.sourcePlanNodeId", direct)
                : node.Data.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object
                    && config.TryGetProperty("sourcePlanNodeId", out var configured)
                    ? ("data.config.sourcePlanNodeId", configured)
                    : ("", default);
            if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            {
                continue; // the plan's id may also come from the input
            }

            if (given.ValueKind != JsonValueKind.String
                || nodes.Find(other => other.Id == given.GetString()) is not { Action: ActionType.CreateOrGetPlan })
            {
                faults.Add(new(
                    $"nodes[{node.Index}].{path}", "NOT_A_PLAN_NODE",
                    $"Node '{node.Id}' must name a CREATE_OR_GET_PLAN node as its 'sourcePlanNodeId'."));
            }
        }
    }

    /// <summary>A node on a cycle; null when there is none. Every edge joins two of the nodes.</summary>
    internal static string? CycleIn(IReadOnlyList<string> nodes, IReadOnlyList<(string Source, string Target)> edges)
    {
        // Kahn's algorithm: what cannot be put in order lies on a cycle or behind one.
        var waitsFor = nodes.ToDictionary(node => node, _ => 0, StringComparer.Ordinal);
        foreach (var edge in edges)
        {
            waitsFor[edge.Target]++;
        }

        var targets = edges.ToLookup(edge => edge.Source, edge => edge.Target, StringComparer.Ordinal);
        var ready = new Queue<string>(waitsFor.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (ready.TryDequeue(out var node))
        {
            waitsFor.Remove(node);
            foreach (var target in targets[node])
            {
                if (--waitsFor[target] == 0)
                {
                    ready.Enqueue(target);
                }
            }
        }

        if (waitsFor.Count == 0)
        {
            return null;
        }

        // Every node that is left has an edge from another one that is left: going back must come round to a cycle.
        var sources = edges.Where(edge => waitsFor.ContainsKey(edge.Source)).ToLookup(edge => edge.Target, edge => edge.Source, StringComparer.Ordinal);
        var passed = new HashSet<string>(StringComparer.Ordinal);
        var at = waitsFor.Keys.First();
        while (passed.Add(at))
        {
            at = sources[at].First();
        }

        return at;
    }

    private static JsonElement? ArrayOf(JsonElement definition, string name, int most, List<FlowFault> faults)
    {
        if (!definition.TryGetProperty(name, out var list))
        {
            faults.Add(new(name, "REQUIRED", $"'{name}' is required."));
            return null;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            faults.Add(new(name, "INVALID_TYPE", $"'{name}' must be an array."));
            return null;
        }

        if (list.GetArrayLength() > most)
        {
            faults.Add(new(name, "TOO_MANY", $"'{name}' may hold at most {most} entries."));
            return null;
        }

        return list;
    }

    private static string? TextOf(JsonElement element, string name, string path, List<FlowFault> faults)
    {
        if (element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        faults.Add(new($"{path}.{name}", "REQUIRED", $"{path} needs a non-empty string '{name}'."));
        return null;
    }

    private static TEnum? EnumOf<TEnum>(
        JsonElement data, string name, string path, string node, bool required, List<FlowFault> faults)
        where TEnum : struct, Enum
    {
        if (!data.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            if (required)
            {
                faults.Add(new($"{path}.data.{name}", "REQUIRED", $"Node '{node}' needs 'data.{name}'."));
            }

            return null;
        }

        if (value.ValueKind == JsonValueKind.String && WireText<TEnum>.TryParse(value.GetString()!, out var parsed))
        {
            return parsed;
        }

        faults.Add(new(
            $"{path}.data.{name}", "INVALID_VALUE", $"Node '{node}': 'data.{name}' must be one of {string.Join(", ", WireText<TEnum>.All)}."));
        return null;
    }
}
