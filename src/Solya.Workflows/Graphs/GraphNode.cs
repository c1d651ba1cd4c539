using Solya.Workflows.Expressions;

namespace Solya.Workflows.Graphs;

/// <summary>A node as the engine executes it, whichever face described it.</summary>
/// <param name="Id">Unique over the whole graph, bodies included.</param>
public abstract record GraphNode(string Id, NodeKind Kind)
{
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>The longest an attempt, or a wait for somebody, may take; null for the default of its kind.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the run goes on when the node has failed.</summary>
    public bool ContinueOnError { get; init; }
}

/// <summary>Work of a handler: <see cref="BuiltInHandlers"/>, or an external worker's.</summary>
public sealed record TaskNode(string Id, string Handler, Template Config) : GraphNode(Id, NodeKind.Task);

/// <summary>Computes values without any effect.</summary>
/// <param name="Values">An object.</param>
/// <param name="MergesIntoState">Whether the values become part of the run's state.</param>
public sealed record SetNode(string Id, Template Values, bool MergesIntoState) : GraphNode(Id, NodeKind.Task);

/// <summary>Lets time pass; exactly one of the two is given.</summary>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Until">An instant, as the wire writes them.</param>
public sealed record WaitNode(string Id, Template? DurationMs, Template? Until) : GraphNode(Id, NodeKind.Wait);

/// <summary>Waits for a signal of a type.</summary>
public sealed record SignalNode(string Id, Template SignalType) : GraphNode(Id, NodeKind.ExternalEvent);

/// <summary>Waits for a person's decision.</summary>
/// <param name="ContentKey">The name in the run's state of what is to be approved; an edit replaces it.</param>
public sealed record ApprovalNode(string Id, string? ContentKey, Template? Prompt, Template? Approvers, OnApprovalTimeout OnTimeout)
    : GraphNode(Id, NodeKind.Approval);

/// <summary>Chooses the handle by which the run goes on: <c>true</c> or <c>false</c>.</summary>
public sealed record ConditionNode(string Id, Expression Expression) : GraphNode(Id, NodeKind.Condition);

/// <summary>Runs several graphs side by side, each once.</summary>
public sealed record ParallelNode(string Id, IReadOnlyList<WorkflowGraph> Branches) : GraphNode(Id, NodeKind.Parallel);

/// <summary>Runs a graph once for each item of a list.</summary>
/// <param name="Items">Gives the list, of at most <see cref="MaxItems"/>.</param>
/// <param name="Concurrency">How many items may be worked on at the same time.</param>
public sealed record ForeachNode(string Id, Template Items, WorkflowGraph Body, int Concurrency) : GraphNode(Id, NodeKind.Foreach)
{
    public const int MaxItems = 1_000;
}
