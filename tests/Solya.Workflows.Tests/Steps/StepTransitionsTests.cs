using Solya.Workflows.Steps;
using static Solya.Workflows.Steps.StepStatus;
using static Solya.Workflows.Steps.StepTrigger;

namespace Solya.Workflows.Tests.Steps;

public class StepTransitionsTests
{
    // Read as: in this status, this trigger leads there. Everything not listed must be refused.
    private static readonly Dictionary<(StepStatus, StepTrigger), StepStatus> Allowed = new()
    {
        [(Pending, ExecutorQueued)] = Pending,
        [(Pending, ExecutorStarted)] = Running,
        [(Pending, ExecutorSucceeded)] = Succeeded,
        [(Pending, ExecutorFailed)] = Failed,
        [(Pending, ExecutorSkipped)] = Skipped,
        [(Pending, ExecutorCancelled)] = Cancelled,
        [(Pending, AttemptQueued)] = Pending,
        [(Pending, AttemptStarted)] = Running,
        [(Pending, NothingHeard)] = Failed,
        [(Pending, AttemptBegan)] = Running,
        [(Pending, RestBegan)] = Pending,
        [(Pending, WorkSucceeded)] = Succeeded,
        [(Pending, WorkFailed)] = Failed,
        [(Pending, NotReached)] = Skipped,
        [(Pending, CalledOff)] = Cancelled,

        [(Running, ExecutorQueued)] = Pending,
        [(Running, ExecutorStarted)] = Running,
        [(Running, ExecutorSucceeded)] = Succeeded,
        [(Running, ExecutorFailed)] = Failed,
        [(Running, ExecutorSkipped)] = Skipped,
        [(Running, ExecutorCancelled)] = Cancelled,
        [(Running, AttemptQueued)] = Pending,
        [(Running, AttemptStarted)] = Running,
        [(Running, NothingHeard)] = Failed,
        [(Running, AttemptBegan)] = Running,
        [(Running, RestBegan)] = Pending,
        [(Running, WorkSucceeded)] = Succeeded,
        [(Running, WorkFailed)] = Failed,
        [(Running, NotReached)] = Skipped,
        [(Running, CalledOff)] = Cancelled,

        [(Succeeded, ExecutorSucceeded)] = Succeeded,
        [(Succeeded, ExecutorFailed)] = Failed,
        [(Succeeded, ExecutorSkipped)] = Skipped,
        [(Succeeded, ExecutorCancelled)] = Cancelled,
        [(Succeeded, AttemptQueued)] = Pending,
        [(Succeeded, AttemptStarted)] = Running,

        [(Failed, ExecutorQueued)] = Pending,
        [(Failed, ExecutorStarted)] = Running,
        [(Failed, ExecutorSucceeded)] = Succeeded,
        [(Failed, ExecutorFailed)] = Failed,
        [(Failed, ExecutorSkipped)] = Skipped,
        [(Failed, ExecutorCancelled)] = Cancelled,
        [(Failed, AttemptQueued)] = Pending,
        [(Failed, AttemptStarted)] = Running,
        [(Failed, RunRetried)] = Pending,

        [(Skipped, ExecutorSucceeded)] = Succeeded,
        [(Skipped, ExecutorFailed)] = Failed,
        [(Skipped, ExecutorSkipped)] = Skipped,
        [(Skipped, ExecutorCancelled)] = Cancelled,
        [(Skipped, AttemptQueued)] = Pending,
        [(Skipped, AttemptStarted)] = Running,

        [(Cancelled, ExecutorSucceeded)] = Succeeded,
        [(Cancelled, ExecutorFailed)] = Failed,
        [(Cancelled, ExecutorSkipped)] = Skipped,
        [(Cancelled, ExecutorCancelled)] = Cancelled,
        [(Cancelled, AttemptQueued)] = Pending,
        [(Cancelled, AttemptStarted)] = Running,
        [(Cancelled, RunRetried)] = Pending,
    };

    [Theory]
    [ClassData(typeof(EveryPair<StepStatus, StepTrigger>))]
    public void Every_status_and_trigger_pair_has_a_decided_outcome(StepStatus from, StepTrigger trigger)
        => Assert.Equal(Allowed.TryGetValue((from, trigger), out var to) ? to : null, StepTransitions.Next(from, trigger));

    [Theory]
    [InlineData(Pending, false)]
    [InlineData(Running, false)]
    [InlineData(Succeeded, true)]
    [InlineData(Failed, true)]
    [InlineData(Skipped, true)]
    [InlineData(Cancelled, true)]
    public void A_step_has_ended_in_exactly_four_statuses(StepStatus status, bool ended) => Assert.Equal(ended, status.IsTerminal());

    [Theory]
    [InlineData(Pending, false, ExecutorQueued)]
    [InlineData(Pending, true, AttemptQueued)]
    [InlineData(Running, false, ExecutorStarted)]
    [InlineData(Running, true, AttemptStarted)]
    [InlineData(Succeeded, false, ExecutorSucceeded)]
    [InlineData(Succeeded, true, ExecutorSucceeded)]
    [InlineData(Failed, false, ExecutorFailed)]
    [InlineData(Failed, true, ExecutorFailed)]
    [InlineData(Skipped, false, ExecutorSkipped)]
    [InlineData(Skipped, true, ExecutorSkipped)]
    [InlineData(Cancelled, false, ExecutorCancelled)]
    [InlineData(Cancelled, true, ExecutorCancelled)]
    public void Naming_a_status_is_a_trigger(StepStatus named, bool newAttempt, StepTrigger trigger)
        => Assert.Equal(trigger, StepTransitions.TriggerOf(named, newAttempt));
}
