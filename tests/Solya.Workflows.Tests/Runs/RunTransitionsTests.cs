using Solya.Workflows.Runs;
using static Solya.Workflows.Runs.RunStatus;
using static Solya.Workflows.Runs.RunTrigger;

namespace Solya.Workflows.Tests.Runs;

public class RunTransitionsTests
{
    // Read as: in this status, this trigger leads there. Everything not listed must be refused.
    private static readonly Dictionary<(RunStatus, RunTrigger), RunStatus> Allowed = new()
    {
        [(Pending, StepReported)] = Running,
        [(Pending, StepPatched)] = Pending,
        [(Pending, HeartbeatHeard)] = Pending,
        [(Pending, NothingHeard)] = Failed,
        [(Pending, ExecutorQueued)] = Pending,
        [(Pending, ExecutorStarted)] = Running,
        [(Pending, ExecutorWaits)] = Waiting,
        [(Pending, ExecutorPaused)] = Paused,
        [(Pending, ExecutorCompleted)] = Completed,
        [(Pending, ExecutorFailed)] = Failed,
        [(Pending, ExecutorCancelled)] = Cancelled,
        [(Pending, WorkBegan)] = Running,
        [(Pending, CancelRequested)] = Cancelled,

        [(Running, StepReported)] = Running,
        [(Running, StepPatched)] = Running,
        [(Running, HeartbeatHeard)] = Running,
        [(Running, NothingHeard)] = Failed,
        [(Running, ExecutorStarted)] = Running,
        [(Running, ExecutorWaits)] = Waiting,
        [(Running, ExecutorPaused)] = Paused,
        [(Running, ExecutorCompleted)] = Completed,
        [(Running, ExecutorFailed)] = Failed,
        [(Running, ExecutorCancelled)] = Cancelled,
        [(Running, WorkBegan)] = Running,
        [(Running, ApprovalDecided)] = Running,
        [(Running, WaitBegan)] = Waiting,
        [(Running, ApprovalAsked)] = Paused,
        [(Running, AllStepsDone)] = Completed,
        [(Running, StepFailed)] = Failed,
        [(Running, CancelRequested)] = Cancelled,

        [(Waiting, StepReported)] = Waiting,
        [(Waiting, StepPatched)] = Waiting,
        [(Waiting, HeartbeatHeard)] = Waiting,
        [(Waiting, ExecutorStarted)] = Running,
        [(Waiting, ExecutorWaits)] = Waiting,
        [(Waiting, ExecutorPaused)] = Paused,
        [(Waiting, ExecutorCompleted)] = Completed,
        [(Waiting, ExecutorFailed)] = Failed,
        [(Waiting, ExecutorCancelled)] = Cancelled,
        [(Waiting, WorkBegan)] = Running,
        [(Waiting, SignalDelivered)] = Running,
        [(Waiting, ApprovalDecided)] = Running,
        [(Waiting, CancelRequested)] = Cancelled,

        [(Paused, StepReported)] = Paused,
        [(Paused, StepPatched)] = Paused,
        [(Paused, HeartbeatHeard)] = Paused,
        [(Paused, ExecutorStarted)] = Running,
        [(Paused, ExecutorWaits)] = Waiting,
        [(Paused, ExecutorPaused)] = Paused,
        [(Paused, ExecutorCompleted)] = Completed,
        [(Paused, ExecutorFailed)] = Failed,
        [(Paused, ExecutorCancelled)] = Cancelled,
        [(Paused, WorkBegan)] = Running,
        [(Paused, ApprovalDecided)] = Running,
        [(Paused, CancelRequested)] = Cancelled,

        [(Completed, StepPatched)] = Completed,
        [(Completed, ExecutorCompleted)] = Completed,

        [(Failed, StepReported)] = Running,
        [(Failed, StepPatched)] = Failed,
        [(Failed, HeardAfterSweep)] = Running,
        [(Failed, ExecutorStarted)] = Running,
        [(Failed, ExecutorFailed)] = Failed,
        [(Failed, RetryRequested)] = Running,

        [(Cancelled, StepPatched)] = Cancelled,
        [(Cancelled, ExecutorCancelled)] = Cancelled,
    };

    [Theory]
    [ClassData(typeof(EveryPair<RunStatus, RunTrigger>))]
    public void Every_status_and_trigger_pair_has_a_decided_outcome(RunStatus from, RunTrigger trigger)
        => Assert.Equal(Allowed.TryGetValue((from, trigger), out var to) ? to : null, RunTransitions.Next(from, trigger));

    [Theory]
    [InlineData(Pending, false)]
    [InlineData(Running, false)]
    [InlineData(Waiting, false)]
    [InlineData(Paused, false)]
    [InlineData(Completed, true)]
    [InlineData(Failed, true)]
    [InlineData(Cancelled, true)]
    public void A_run_has_ended_in_exactly_three_statuses(RunStatus status, bool ended) => Assert.Equal(ended, status.IsTerminal());

    [Theory]
    [ClassData(typeof(EveryPair<RunStatus, RunTrigger>))]
    public void The_engine_and_its_users_move_a_run_only_along_the_documented_ways(RunStatus from, RunTrigger trigger)
    {
        if (trigger >= WorkBegan && RunTransitions.Next(from, trigger) is { } to && to != from)
        {
            Assert.Contains((from, to), EngineWays.All);
        }
    }

    [Fact]
    public void A_completed_or_cancelled_run_never_moves()
    {
        foreach (var trigger in Enum.GetValues<RunTrigger>())
        {
            Assert.True(RunTransitions.Next(Completed, trigger) is null or Completed);
            Assert.True(RunTransitions.Next(Cancelled, trigger) is null or Cancelled);
        }
    }

    [Fact]
    public void Naming_a_status_leads_there_or_is_refused()
    {
        foreach (var from in Enum.GetValues<RunStatus>())
        {
            foreach (var named in Enum.GetValues<RunStatus>())
            {
                var next = RunTransitions.Next(from, RunTransitions.TriggerOf(named));
                Assert.True(next is null || next == named, $"{from} told to be {named} became {next}.");
            }
        }
    }
}
