using Solya.Workflows.Steps;

namespace Solya.Workflows.StepPatches;

/// <summary>Whether a patch may change a step. The statement that applies patches asks the same question of the row.</summary>
public static class StepPatchRules
{
    /// <returns><see cref="StepOutcome.Recorded"/>, or why not.</returns>
    public static StepOutcome Judge(StepStatus recorded, long recordedRetryCount, StepStatus? reported, long? reportedRetryCount)
    {
        if (reportedRetryCount < recordedRetryCount)
        {
            return StepOutcome.StaleAttempt;
        }

        var newAttempt = reportedRetryCount > recordedRetryCount;
        return reported is { } status && StepTransitions.Next(recorded, StepTransitions.TriggerOf(status, newAttempt)) is null
            ? StepOutcome.StepAlreadyFinished
            : StepOutcome.Recorded;
    }
}
