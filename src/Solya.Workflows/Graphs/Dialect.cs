namespace Solya.Workflows.Graphs;

/// <summary>By which names the expressions of a graph reach what a run holds.</summary>
public enum Dialect
{
    /// <summary><c>input</c>, <c>state</c>, <c>steps.&lt;name&gt;.output</c>; a bare name looks in the state, then in the input.</summary>
    Steps,

    /// <summary><c>context</c>, <c>nodes.&lt;id&gt;.output</c>; a bare name is the output of the node of that id.</summary>
    Graph,
}
