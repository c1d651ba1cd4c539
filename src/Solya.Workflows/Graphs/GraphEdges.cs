using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>A node that has been read; its data may be wrong.</summary>
/// <param name="Place">In its list.</param>
internal sealed record NodeDraft(string Id, int Place, Component? Component, GraphNode? Node)
{
    public bool IsTrigger => Component is Graphs.Component.ManualTrigger or Graphs.Component.ScheduleTrigger or Graphs.Component.WebhookTrigger;
}

/// <param name="Name">Its id, or where it stands.</param>
internal sealed record EdgeDraft(string Path, string Name, NodeDraft Source, NodeDraft Target, string? Handle);

/// <summary>Reads the edges of a graph.</summary>
internal static class GraphEdges
{
    private const int MaxHandle = 255;

    /// <summary>The edges that join two nodes by a handle that the first one has; what is wrong with the others is noted.</summary>
    public static IReadOnlyList<EdgeDraft> Read(
        JsonElement edges, OrderedDictionary<string, NodeDraft> nodes, string prefix, List<FlowFault> faults)
    {
        if (edges.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return [];
        }

        if (edges.ValueKind != JsonValueKind.Array || edges.GetArrayLength() > GraphCompiler.MaxEdges)
        {
            faults.Add(edges.ValueKind == JsonValueKind.Array
                ? new($"{prefix}edges", "TOO_MANY", $"'{prefix}edges' may hold at most {GraphCompiler.MaxEdges} edges.")
                : new($"{prefix}edges", "INVALID_TYPE", $"'{prefix}edges' must be an array."));
            return [];
        }

        var read = new List<EdgeDraft>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, edge) in edges.EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{prefix}edges[{place}]");
            if (StepFields.Of(edge, path, faults, ignoresNull: true) is not { } fields)
            {
                continue;
            }

            var id = fields.OptionalText("id", MaxHandle);
            if (id is not null && !ids.Add(id))
            {
                fields.Fault("id", "DUPLICATE", $"Edge '{id}' occurs more than once.");
            }

            var name = id ?? path;
            var source = EndOf(fields, "source", name, nodes);
            var target = EndOf(fields, "target", name, nodes);
            var handle = fields.OptionalText("sourceHandle", MaxHandle);
            if (source is not null && target is not null && IsHandleOf(source, handle, fields, name))
            {
                // The only way on of a node that does not choose needs no name.
                var isOnlyWay = source.Component is not (Component.Condition or Component.Switch) && handle != GraphEdge.Error;
                read.Add(new(path, name, source, target, isOnlyWay ? null : handle));
            }
        }

        return read;
    }

    /// <summary>The values that a switch has a way for.</summary>
    public static IReadOnlySet<string> CasesOf(NodeDraft node, IReadOnlyList<EdgeDraft> edges)
        => edges.Where(edge => edge.Source.Id == node.Id && edge.Handle is not (null or GraphEdge.Error or SwitchNode.Default))
            .Select(edge => edge.Handle!)
            .ToHashSet(StringComparer.Ordinal);

    private static NodeDraft? EndOf(StepFields edge, string end, string name, OrderedDictionary<string, NodeDraft> nodes)
    {
        if (!edge.Has(end))
        {
            edge.Fault(end, "REQUIRED", $"Edge '{name}' needs a '{end}'.");
            return null;
        }

        if (edge.OptionalText(end, int.MaxValue) is not { } id)
        {
            return null;
        }

        if (nodes.TryGetValue(id, out var node))
        {
            return node;
        }

        edge.Fault(end, "UNKNOWN_NODE", $"Edge '{name}' names node '{id}', which does not exist.");
        return null;
    }

    private static bool IsHandleOf(NodeDraft source, string? handle, StepFields edge, string name)
    {
        var wanted = source.Component switch
        {
            Component.Condition => handle is "true" or "false" or GraphEdge.Error ? null : "true, false or error",
            Component.Switch => handle is not null ? null : "the name of a case, default or error",
            null => null, // not known which it has; that it is unknown is a fault already
            Component.Terminate => "none, for nothing follows",
            _ => handle is null or "true" or "success" or GraphEdge.Error ? null : "left out, true, success or error",
        };
        if (wanted is null)
        {
            return true;
        }

        edge.Fault(
            "sourceHandle",
            "INVALID_VALUE",
            $"Edge '{name}' leaves node '{source.Id}' ({source.Component!.Value.Text()}) by {(handle is null ? "no handle" : $"'{handle}'")}; it must be {wanted}.");
        return false;
    }
}
