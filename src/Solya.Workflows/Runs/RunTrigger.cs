namespace Solya.Workflows.Runs;

/// <summary>What can happen to a run.</summary>
public enum RunTrigger
{
    /// <summary>The executor reported that a step starts, or starts again.</summary>
    StepReported,

    /// <summary>The executor reported news of a step that is already known.</summary>
    StepPatched,

    /// <summary>The executor said that it is alive.</summary>
    HeartbeatHeard,

    /// <summary>Nothing was heard of the run before its deadline.</summary>
    NothingHeard,

    /// <summary>A run that the sweep declared dead was heard of after all.</summary>
    HeardAfterSweep,

    /// <summary>The executor says that the run has not begun.</summary>
    ExecutorQueued,

    /// <summary>The executor says that it works on the run, for the first time or again.</summary>
    ExecutorStarted,

    /// <summary>The executor says that it waits for an event from outside.</summary>
    ExecutorWaits,

    /// <summary>The executor says that a person has to decide.</summary>
    ExecutorPaused,

    /// <summary>The executor says that the run ended well.</summary>
    ExecutorCompleted,

    /// <summary>The executor says that the run ended badly.</summary>
    ExecutorFailed,

    /// <summary>The executor, or who commands it, says that the run is called off.</summary>
    ExecutorCancelled,

    /// <summary>The engine began to work on it, or goes on after a wait.</summary>
    WorkBegan,

    /// <summary>Nothing is left to do until time has passed or a signal has come.</summary>
    WaitBegan,

    /// <summary>Nothing is left to do until a person has decided.</summary>
    ApprovalAsked,

    /// <summary>Every step the engine had to execute has ended well, or its failure was handled.</summary>
    AllStepsDone,

    /// <summary>A step that the engine executed has failed for good.</summary>
    StepFailed,

    /// <summary>A signal that the run waits for has come, or a wait was ended early.</summary>
    SignalDelivered,

    /// <summary>A person has decided.</summary>
    ApprovalDecided,

    /// <summary>Somebody called the run off.</summary>
    CancelRequested,

    /// <summary>Somebody wants a failed run to go on from the step that failed.</summary>
    RetryRequested,
}
