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
}
