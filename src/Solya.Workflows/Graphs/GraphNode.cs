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

/// <summary>Where a run begins; its output is what the run was started with.</summary>
public sealed record EntryNode(string Id) : GraphNode(Id, NodeKind.Entry);

/// <summary>Work of a handler: <see cref="BuiltInHandlers"/>, or an external worker's.</summary>
public record TaskNode(string Id, string Handler, Template Config) : GraphNode(Id, NodeKind.Task);

/// <summary>Starts a run of another workflow.</summary>
/// <param name="WorkflowId">As the face writes it; whether there is such a workflow shows when the node is reached.</param>
/// <param name="Waits">Whether the node ends with that run, instead of as soon as it has started.</param>
public sealed record SubWorkflowNode(string Id, string WorkflowId, Template Config, bool Waits) : TaskNode(Id, BuiltInHandlers.TriggerWorkflow, Config);

/// <summary>Computes values without any effect.</summary>
/// <param name="Values">An object.</param>
/// <param name="MergesIntoState">Whether the values become part of the run's state.</param>
public sealed record SetNode(string Id, Template Values, bool MergesIntoState) : GraphNode(Id, NodeKind.Task);

/// <summary>Renders a text; the output is a JSON string.</summary>
public sealed record TextNode(string Id, Template Text) : GraphNode(Id, NodeKind.Task);

/// <summary>Lets time pass; exactly one of the two is given.</summary>
/// <param name="DurationMs">Milliseconds, or another <see cref="Unit"/>.</param>
/// <param name="Until">An instant, as the wire writes them.</param>
public sealed record WaitNode(string Id, Template? DurationMs, Template? Until) : GraphNode(Id, NodeKind.Wait)
{
    /// <summary>What the duration counts; null for milliseconds.</summary>
    public TimeSpan? Unit { get; init; }
}

/// <summary>Waits for a signal of a type.</summary>
public sealed record SignalNode(string Id, Template SignalType) : GraphNode(Id, NodeKind.ExternalEvent);

/// <summary>Waits for a person's decision.</summary>
/// <param name="ContentKey">The name in the run's state of what is to be approved; an edit replaces it.</param>
public sealed record ApprovalNode(string Id, string? ContentKey, Template? Prompt, Template? Approvers, OnApprovalTimeout OnTimeout)
    : GraphNode(Id, NodeKind.Approval);

/// <summary>Chooses the handle by which the run goes on: <c>true</c> or <c>false</c>.</summary>
public sealed record ConditionNode(string Id, Expression Expression) : GraphNode(Id, NodeKind.Condition);

/// <summary>Chooses the handle by which the run goes on: the text of a value if it is one of the cases, else <see cref="Default"/>.</summary>
public sealed record SwitchNode(string Id, Expression Expression, IReadOnlySet<string> Cases) : GraphNode(Id, NodeKind.Switch)
{
    public const string Default = "default";
}

/// <summary>Ends the whole run at once, from wherever it stands.</summary>
public sealed record TerminateNode(string Id, TerminateStatus Status, Template? Message) : GraphNode(Id, NodeKind.Terminate);

/// <summary>Runs several graphs side by side, each once.</summary>
public sealed record ParallelNode(string Id, IReadOnlyList<WorkflowGraph> Branches) : GraphNode(Id, NodeKind.Parallel);

/// <summary>Runs a graph once for each item of a list.</summary>
/// <param name="Items">Gives the list, of at most <see cref="MaxItems"/>.</param>
/// <param name="Concurrency">How many items may be worked on at the same time.</param>
public sealed record ForeachNode(string Id, Template Items, WorkflowGraph Body, int Concurrency) : GraphNode(Id, NodeKind.Foreach)
{
    public const int MaxItems = 1_000;
}
