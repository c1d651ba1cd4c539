using Solya.Workflows.Ids;

namespace Solya.Workflows.Graphs;

/// <summary>The one shape that every definition compiles to: nodes, and edges between them without a cycle.</summary>
public sealed class WorkflowGraph
{
    private readonly GraphEdge[][] _into;
    private readonly bool[] _handlesErrors;
    private readonly int? _entry;

    /// <param name="nodes">In the order of their definition.</param>
    /// <param name="entry">The place of the only node to start at; null to start at all that no edge enters.</param>
    /// <exception cref="ArgumentException">The edges form a cycle; compilers refuse such definitions.</exception>
    public WorkflowGraph(IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphEdge> edges, Dialect dialect = Dialect.Steps, int? entry = null)
    {
        Nodes = nodes;
        Dialect = dialect;
        _entry = entry;
        var into = edges.ToLookup(edge => edge.Target);
        _into = [.. Enumerable.Range(0, nodes.Count).Select(target => into[target].ToArray())];
        _handlesErrors = new bool[nodes.Count];
        foreach (var edge in edges.Where(edge => edge.Handle == GraphEdge.Error))
        {
            _handlesErrors[edge.Source] = true;
        }

        Order = InOrder(nodes.Count, edges);
    }

    public IReadOnlyList<GraphNode> Nodes { get; }

    public Dialect Dialect { get; }

    /// <summary>The places of the nodes, each after all that lead to it.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>How long a run may take: the time limit of its trigger.</summary>
    public TimeSpan? RunTimeout => _entry is { } entry && Nodes[entry] is EntryNode trigger ? trigger.Timeout : null;

    public IReadOnlyList<GraphEdge> Into(int node) => _into[node];

    /// <summary>Whether the run begins with the node: with the entry, or where there is none, with every node that no edge enters.</summary>
    public bool IsEntry(int node) => _entry is { } only ? node == only : _into[node].Length == 0;

    /// <summary>Whether a failure of the node leads somewhere instead of failing what it is part of.</summary>
    public bool Handles(int node) => Nodes[node].ContinueOnError || _handlesErrors[node];

    /// <summary>Every node, those inside of others included.</summary>
    public IEnumerable<GraphNode> AllNodes() => Nodes.SelectMany(node => BodiesOf(node).SelectMany(body => body.AllNodes()).Prepend(node));

    /// <summary>The workflows that its nodes start, each once; ids that are none are left out.</summary>
    public IReadOnlyList<Guid> TriggeredWorkflows()
        => [.. AllNodes().OfType<SubWorkflowNode>().Select(node => PublicId.Parse(PublicId.Flow, node.WorkflowId)).OfType<Guid>().Distinct()];

    public static IReadOnlyList<WorkflowGraph> BodiesOf(GraphNode node) => node switch
    {
        ParallelNode parallel => parallel.Branches,
        ForeachNode each => [each.Body],
        _ => [],
    };

    private static List<int> InOrder(int count, IReadOnlyList<GraphEdge> edges)
    {
        var open = new int[count];
        foreach (var edge in edges)
        {
            open[edge.Target]++;
        }

        // Always the first node that is free: a chain keeps the order in which it was written.
        var free = new SortedSet<int>(Enumerable.Range(0, count).Where(node => open[node] == 0));
        var order = new List<int>(count);
        var from = edges.ToLookup(edge => edge.Source);
        while (free.Count > 0)
        {
            var next = free.Min;
            free.Remove(next);
            order.Add(next);
            foreach (var edge in from[next])
            {
                if (--open[edge.Target] == 0)
                {
                    free.Add(edge.Target);
                }
            }
        }

        return order.Count == count ? order : throw new ArgumentException("The edges form a cycle.", nameof(edges));
    }
}
