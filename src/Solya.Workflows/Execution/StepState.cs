using Solya.Workflows.Graphs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Execution;

/// <summary>A step as the engine sees it while it executes the run.</summary>
public sealed class StepState(StepKey key, Guid id, NodeKind kind)
{
    public StepKey Key { get; } = key;

    public Guid Id { get; } = id;

    public NodeKind Kind { get; } = kind;

    /// <summary>What the data platform calls the same work; null where it has no word for it.</summary>
    public ActionType? ActionType { get; set; }

    public StepStatus Status { get; set; } = StepStatus.Pending;

    /// <summary>The attempt under way or the last one, from 1; 0 before the first.</summary>
    public int Attempt { get; set; }

    /// <summary>What the node was given, expressions resolved; the same for every attempt.</summary>
    public JsonText? Config { get; set; }

    public JsonText? Output { get; set; }

    public StepError? Error { get; set; }

    /// <summary>What an open step waits for; null while the engine itself works on it.</summary>
    public WaitKind? WaitKind { get; set; }

    /// <summary>When the wait ends by itself, by the database's clock.</summary>
    public DateTimeOffset? WaitUntil { get; set; }

    /// <summary>The signal it waits for.</summary>
    public string? SignalType { get; set; }

    /// <summary>The run it waits for, as it stood when this was read.</summary>
    public ChildRun? Child { get; set; }

    /// <summary>The handle that a condition or a switch chose.</summary>
    public string? Branch { get; set; }

    /// <summary>Whether its failure led somewhere instead of failing the run.</summary>
    public bool IsErrorHandled { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Whether nothing of it has begun, or a retry of its run has put it back.</summary>
    public bool IsUntouched => Status == StepStatus.Pending && WaitKind is null;
}
