using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.StepPatches;

public class StepPatchRulesTests
{
    private const long Most = 9_007_199_254_740_991;

    [Theory]
    [ClassData(typeof(EveryPair<StepStatus, StepStatus>))]
    public void An_older_attempt_is_stale_whatever_it_says(StepStatus recorded, StepStatus reported)
    {
        Assert.Equal(StepOutcome.StaleAttempt, StepPatchRules.Judge(recorded, 2, reported, 1));
        Assert.Equal(StepOutcome.StaleAttempt, StepPatchRules.Judge(recorded, Most, reported, 0));
        Assert.Equal(StepOutcome.StaleAttempt, StepPatchRules.Judge(recorded, 1, null, 0));
    }

    [Theory]
    [ClassData(typeof(EveryPair<StepStatus, StepStatus>))]
    public void A_newer_attempt_is_always_recorded(StepStatus recorded, StepStatus reported)
    {
        Assert.Equal(StepOutcome.Recorded, StepPatchRules.Judge(recorded, 0, reported, 1));
        Assert.Equal(StepOutcome.Recorded, StepPatchRules.Judge(recorded, 0, null, Most));
    }

    [Theory]
    [ClassData(typeof(EveryPair<StepStatus, StepStatus>))]
    public void The_same_attempt_only_may_not_open_what_ended_without_failing(StepStatus recorded, StepStatus reported)
    {
        var opens = reported is StepStatus.Pending or StepStatus.Running;
        var hasEnded = recorded is StepStatus.Succeeded or StepStatus.Skipped or StepStatus.Cancelled;
        var expected = opens && hasEnded ? StepOutcome.StepAlreadyFinished : StepOutcome.Recorded;

        Assert.Equal(expected, StepPatchRules.Judge(recorded, 3, reported, 3));
        Assert.Equal(expected, StepPatchRules.Judge(recorded, 3, reported, null));
    }

    [Fact]
    public void A_patch_without_a_status_is_recorded()
    {
        foreach (var recorded in Enum.GetValues<StepStatus>())
        {
            Assert.Equal(StepOutcome.Recorded, StepPatchRules.Judge(recorded, 5, null, null));
            Assert.Equal(StepOutcome.Recorded, StepPatchRules.Judge(recorded, 5, null, 5));
        }
    }
}
