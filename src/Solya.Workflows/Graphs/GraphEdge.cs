namespace Solya.Workflows.Graphs;

/// <summary>A way from one node of a graph to another, by their places in it.</summary>
/// <param name="Handle">Which outcome takes it: null for success, <c>true</c>, <c>false</c>, a case's name, or
/// <see cref="Error"/>.</param>
public sealed record GraphEdge(int Source, int Target, string? Handle = null)
{
    /// <summary>The handle that a failure takes.</summary>
    public const string Error = "error";
}
