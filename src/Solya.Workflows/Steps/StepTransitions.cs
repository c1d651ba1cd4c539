namespace Solya.Workflows.Steps;

/// <summary>The whole step state machine. Nothing else in the code base decides a step's next status.</summary>
public static class StepTransitions
{
    /// <summary>The status <paramref name="trigger"/> leads to, or <c>null</c> when it is refused.</summary>
    public static StepStatus? Next(StepStatus from, StepTrigger trigger) => from switch
    {
        StepStatus.Pending or StepStatus.Running => trigger switch
        {
            StepTrigger.AttemptBegan => StepStatus.Running,
            StepTrigger.RestBegan => StepStatus.Pending,
            StepTrigger.WorkSucceeded => StepStatus.Succeeded,
            StepTrigger.WorkFailed => StepStatus.Failed,
            StepTrigger.NotReached => StepStatus.Skipped,
            StepTrigger.CalledOff => StepStatus.Cancelled,
            StepTrigger.ExecutorQueued => StepStatus.Pending,
            StepTrigger.ExecutorStarted => StepStatus.Running,
            StepTrigger.NothingHeard => StepStatus.Failed,
            _ => Always(trigger),
        },
        StepStatus.Failed => trigger switch
        {
            StepTrigger.RunRetried => StepStatus.Pending,
            StepTrigger.ExecutorQueued => StepStatus.Pending,
            StepTrigger.ExecutorStarted => StepStatus.Running,
            _ => Always(trigger),
        },
        // A late "still running" of an attempt that has ended must not open it again.
        StepStatus.Cancelled => trigger switch
        {
            StepTrigger.RunRetried => StepStatus.Pending,
            _ => Always(trigger),
        },
        StepStatus.Succeeded or StepStatus.Skipped => Always(trigger),
    };

    // No discard: adding a status must break the build here (CS8509).
    public static bool IsTerminal(this StepStatus status) => status switch
    {
        StepStatus.Pending or StepStatus.Running => false,
        StepStatus.Succeeded or StepStatus.Failed or StepStatus.Skipped or StepStatus.Cancelled => true,
    };

    /// <summary>What an executor says by naming a status, of the attempt already known or of a new one.</summary>
    public static StepTrigger TriggerOf(StepStatus reported, bool newAttempt) => reported switch
    {
        StepStatus.Pending => newAttempt ? StepTrigger.AttemptQueued : StepTrigger.ExecutorQueued,
        StepStatus.Running => newAttempt ? StepTrigger.AttemptStarted : StepTrigger.ExecutorStarted,
        StepStatus.Succeeded => StepTrigger.ExecutorSucceeded,
        StepStatus.Failed => StepTrigger.ExecutorFailed,
        StepStatus.Skipped => StepTrigger.ExecutorSkipped,
        StepStatus.Cancelled => StepTrigger.ExecutorCancelled,
    };

    // From every status: an end may be corrected into another end, and a new attempt opens anything.
    private static StepStatus? Always(StepTrigger trigger) => trigger switch
    {
        StepTrigger.ExecutorSucceeded => StepStatus.Succeeded,
        StepTrigger.ExecutorFailed => StepStatus.Failed,
        StepTrigger.ExecutorSkipped => StepStatus.Skipped,
        StepTrigger.ExecutorCancelled => StepStatus.Cancelled,
        StepTrigger.AttemptQueued => StepStatus.Pending,
        StepTrigger.AttemptStarted => StepStatus.Running,
        _ => null,
    };
}
