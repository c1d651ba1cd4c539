namespace Solya.Workflows.Events;

/// <summary>What can stand in a run's history.</summary>
public static class RunEventTypes
{
    public const string RunCreated = "workflow.created";

    /// <summary>The executor named a status or other fields of the run.</summary>
    public const string RunReported = "workflow.reported";

    /// <summary>The sweep declared the run dead; the payload holds the evidence.</summary>
    public const string RunSwept = "workflow.swept";

    /// <summary>A run that had failed goes on; the payload's <c>reason</c> says why.</summary>
    public const string RunReopened = "workflow.reopened";

    public const string StepReported = "step.reported";

    public const string StepPatched = "step.patched";

    /// <summary>The engine began to execute the run.</summary>
    public const string RunStarted = "workflow.started";

    /// <summary>Nothing is left to do until time has passed or a signal has come.</summary>
    public const string RunWaiting = "workflow.waiting";

    /// <summary>Nothing is left to do until a person has decided.</summary>
    public const string RunPaused = "workflow.paused";

    /// <summary>The run goes on after a wait.</summary>
    public const string RunResumed = "workflow.resumed";

    public const string RunCompleted = "workflow.completed";

    public const string RunFailed = "workflow.failed";

    public const string RunCancelled = "workflow.cancelled";

    /// <summary>Somebody sent the failed run on from the step that failed.</summary>
    public const string RunRetried = "workflow.retried";

    /// <summary>The engine began an attempt at a step, or the wait that it is.</summary>
    public const string StepStarted = "step.started";

    public const string StepCompleted = "step.completed";

    /// <summary>An attempt failed and another will follow; the payload says when.</summary>
    public const string StepRetrying = "step.retrying";

    public const string StepFailed = "step.failed";

    /// <summary>No way that the run took leads to the step.</summary>
    public const string StepSkipped = "step.skipped";

    /// <summary>The run, or what the step is part of, ended without it.</summary>
    public const string StepCancelled = "step.cancelled";

    public const string SignalReceived = "signal.received";

    public const string ApprovalRequested = "approval.requested";

    public const string ApprovalDecided = "approval.decided";
}
