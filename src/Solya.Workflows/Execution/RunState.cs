using Solya.Workflows.Runs;

namespace Solya.Workflows.Execution;

/// <summary>A run as the engine sees it while it executes it.</summary>
public sealed class RunState
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    public required Guid WorkflowId { get; init; }

    public required int WorkflowVersion { get; init; }

    /// <summary>The run whose step started it.</summary>
    public Guid? ParentRunId { get; init; }

    /// <summary>The step there that waits for it to end; null when none does.</summary>
    public Guid? ParentStepId { get; init; }

    public RunStatus Status { get; set; }

    /// <summary>What it was started with: a JSON object.</summary>
    public required JsonText Input { get; init; }

    /// <summary>What its steps have put together: a JSON object.</summary>
    public JsonText State { get; set; } = JsonText.EmptyObject;

    public JsonText? Output { get; set; }

    public StepError? Error { get; set; }

    /// <summary>The sequence of its newest event. Everybody who changes a run writes an event, so it tells whether
    /// what was read is still so.</summary>
    public long EventSequence { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>How long it may take from the first look at it, or from the first after a retry; null for as long as it likes.</summary>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>When it fails if it has not ended; null when it may take as long as it likes.</summary>
    public DateTimeOffset? Deadline { get; set; }

    public Dictionary<StepKey, StepState> Steps { get; } = [];

    /// <summary>Items of lists that are known to be done; found again from the steps after a restart.</summary>
    public HashSet<StepKey> DoneIterations { get; } = [];

    /// <summary>Signals that no step has taken yet, oldest first.</summary>
    public List<KeptSignal> Signals { get; } = [];
}

/// <summary>A signal that waits for a step to take it.</summary>
/// <param name="Sequence">The sequence of the event that brought it; the order of signals.</param>
public sealed record KeptSignal(long Sequence, string SignalType, JsonText Payload);
