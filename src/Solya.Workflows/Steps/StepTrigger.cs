namespace Solya.Workflows.Steps;

/// <summary>What can happen to a step. "Attempt" triggers come with a retry count above the recorded one.</summary>
public enum StepTrigger
{
    /// <summary>The executor says, of the attempt already known, that it has not begun.</summary>
    ExecutorQueued,

    /// <summary>The executor says, of the attempt already known, that it works on it.</summary>
    ExecutorStarted,

    /// <summary>The executor says that the step ended well.</summary>
    ExecutorSucceeded,

    /// <summary>The executor says that the step ended badly.</summary>
    ExecutorFailed,

    /// <summary>The executor says that the step is not needed.</summary>
    ExecutorSkipped,

    /// <summary>The executor says that the step was called off.</summary>
    ExecutorCancelled,

    /// <summary>The executor queued a new attempt, or queues the step anew from the start.</summary>
    AttemptQueued,

    /// <summary>The executor started a new attempt, or executes the step anew from the start.</summary>
    AttemptStarted,

    /// <summary>Nothing was heard of its run before the deadline.</summary>
    NothingHeard,

    /// <summary>The engine began an attempt, or the wait that the step is.</summary>
    AttemptBegan,

    /// <summary>An attempt failed and another will follow.</summary>
    RestBegan,

    /// <summary>What the engine executed ended well.</summary>
    WorkSucceeded,

    /// <summary>What the engine executed failed for good.</summary>
    WorkFailed,

    /// <summary>No way that the run took leads to the step.</summary>
    NotReached,

    /// <summary>The run, or what the step is part of, has ended without it.</summary>
    CalledOff,

    /// <summary>A retry of the failed run puts the step back.</summary>
    RunRetried,
}
