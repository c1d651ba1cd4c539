namespace Solya.Workflows.Runs;

/// <summary>The whole run state machine. Nothing else in the code base decides a run's next status.</summary>
public static class RunTransitions
{
    /// <summary>
    /// The status <paramref name="trigger"/> leads to, the same one when it changes nothing, or <c>null</c> when it is
    /// refused.
    /// </summary>
    public static RunStatus? Next(RunStatus from, RunTrigger trigger) => from switch
    {
        RunStatus.Pending => trigger switch
        {
            RunTrigger.StepReported => RunStatus.Running,
            RunTrigger.StepPatched or RunTrigger.HeartbeatHeard or RunTrigger.ExecutorQueued => RunStatus.Pending,
            RunTrigger.NothingHeard => RunStatus.Failed,
            RunTrigger.WorkBegan => RunStatus.Running,
            RunTrigger.CancelRequested => RunStatus.Cancelled,
            _ => Reported(trigger),
        },
        RunStatus.Running => trigger switch
        {
            RunTrigger.StepReported or RunTrigger.StepPatched or RunTrigger.HeartbeatHeard => RunStatus.Running,
            RunTrigger.NothingHeard => RunStatus.Failed,
            RunTrigger.WorkBegan or RunTrigger.ApprovalDecided => RunStatus.Running,
            RunTrigger.WaitBegan => RunStatus.Waiting,
            RunTrigger.ApprovalAsked => RunStatus.Paused,
            RunTrigger.AllStepsDone => RunStatus.Completed,
            RunTrigger.StepFailed => RunStatus.Failed,
            RunTrigger.CancelRequested => RunStatus.Cancelled,
            _ => Reported(trigger),
        },
        RunStatus.Waiting => trigger switch
        {
            RunTrigger.StepReported or RunTrigger.StepPatched or RunTrigger.HeartbeatHeard => RunStatus.Waiting,
            RunTrigger.WorkBegan or RunTrigger.SignalDelivered or RunTrigger.ApprovalDecided => RunStatus.Running,
            RunTrigger.CancelRequested => RunStatus.Cancelled,
            _ => Reported(trigger),
        },
        RunStatus.Paused => trigger switch
        {
            RunTrigger.StepReported or RunTrigger.StepPatched or RunTrigger.HeartbeatHeard => RunStatus.Paused,
            RunTrigger.WorkBegan or RunTrigger.ApprovalDecided => RunStatus.Running,
            RunTrigger.CancelRequested => RunStatus.Cancelled,
            _ => Reported(trigger),
        },
        RunStatus.Completed => trigger switch
        {
            RunTrigger.StepPatched or RunTrigger.ExecutorCompleted => RunStatus.Completed,
            _ => null,
        },
        RunStatus.Failed => trigger switch
        {
            RunTrigger.StepReported or RunTrigger.HeardAfterSweep or RunTrigger.ExecutorStarted or RunTrigger.RetryRequested => RunStatus.Running,
            RunTrigger.StepPatched or RunTrigger.ExecutorFailed => RunStatus.Failed,
            _ => null,
        },
        RunStatus.Cancelled => trigger switch
        {
            RunTrigger.StepPatched or RunTrigger.ExecutorCancelled => RunStatus.Cancelled,
            _ => null,
        },
    };

    // No discard: adding a status must break the build here (CS8509).
    public static bool IsTerminal(this RunStatus status) => status switch
    {
        RunStatus.Pending or RunStatus.Running or RunStatus.Waiting or RunStatus.Paused => false,
        RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled => true,
    };

    /// <summary>What an executor says by naming a status.</summary>
    public static RunTrigger TriggerOf(RunStatus reported) => reported switch
    {
        RunStatus.Pending => RunTrigger.ExecutorQueued,
        RunStatus.Running => RunTrigger.ExecutorStarted,
        RunStatus.Waiting => RunTrigger.ExecutorWaits,
        RunStatus.Paused => RunTrigger.ExecutorPaused,
        RunStatus.Completed => RunTrigger.ExecutorCompleted,
        RunStatus.Failed => RunTrigger.ExecutorFailed,
        RunStatus.Cancelled => RunTrigger.ExecutorCancelled,
    };

    // A run that has not ended believes its executor; only "not begun yet" cannot come back.
    private static RunStatus? Reported(RunTrigger trigger) => trigger switch
    {
        RunTrigger.ExecutorStarted => RunStatus.Running,
        RunTrigger.ExecutorWaits => RunStatus.Waiting,
        RunTrigger.ExecutorPaused => RunStatus.Paused,
        RunTrigger.ExecutorCompleted => RunStatus.Completed,
        RunTrigger.ExecutorFailed => RunStatus.Failed,
        RunTrigger.ExecutorCancelled => RunStatus.Cancelled,
        _ => null,
    };
}
