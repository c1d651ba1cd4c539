using Solya.Workflows.Graphs;

namespace Solya.Workflows.Execution;

/// <summary>What follows from a look at a run. All of it commits together; only then do the effects begin.</summary>
public sealed class Decisions
{
    /// <summary>The steps that have changed, each once.</summary>
    public List<StepState> Steps { get; } = [];

    /// <summary>The history's next lines.</summary>
    public List<NewEvent> Events { get; } = [];

    /// <summary>Effects outside of the database whose attempt has been counted.</summary>
    public List<EffectStart> Effects { get; } = [];

    /// <summary>Effects on the service's own tables, to be done in the transaction that records them.</summary>
    public List<EffectStart> TableEffects { get; } = [];

    public List<NewWorkerTask> WorkerTasks { get; } = [];

    /// <summary>Steps that external workers need not do any more.</summary>
    public List<StepState> DroppedWorkerTasks { get; } = [];

    public List<NewApproval> Approvals { get; } = [];

    /// <summary>Open approvals that nobody can decide any more.</summary>
    public List<ClosedApproval> ClosedApprovals { get; } = [];

    public List<TakenSignal> Signals { get; } = [];

    /// <summary>Running effects that nobody waits for any more.</summary>
    public List<StepKey> CancelledEffects { get; } = [];

    /// <summary>Steps whose run they do not wait for any more.</summary>
    public List<StepState> AbandonedChildren { get; } = [];

    public bool StateChanged { get; set; }

    public bool HasChanges => Events.Count > 0 || Steps.Count > 0;
}

/// <param name="Status">The status of the step, or else of the run, after it.</param>
/// <param name="Payload">A JSON object.</param>
public sealed record NewEvent(string EventType, Guid? StepId, string Status, string? Payload);

/// <summary>An attempt at an effect.</summary>
public sealed record EffectStart(StepState Step, TaskNode Node);

public sealed record NewWorkerTask(StepState Step, TaskNode Node);

public sealed record NewApproval(StepState Step, string? ContentKey, string? Prompt, string? Approvers, string? Content);

/// <param name="Status">One of TIMED_OUT, REJECTED, APPROVED, CANCELLED.</param>
public sealed record ClosedApproval(StepState Step, string Status);

public sealed record TakenSignal(long Sequence, StepState Step);
