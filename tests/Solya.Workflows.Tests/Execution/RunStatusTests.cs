using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>What a run is called while several things go on in it.</summary>
public class RunStatusTests
{
    private const string Signal = """[ { "name": "signal", "type": "external_event", "signalType": "s" } ]""";
    private const string Timer = """[ { "name": "timer", "type": "wait", "durationMs": 1000 } ]""";
    private const string Approval = """[ { "name": "ask", "type": "approval" } ]""";
    private const string Effect = """[ { "name": "effect", "type": "task", "handler": "effect.noop" } ]""";
    private const string Worker = """[ { "name": "worker", "type": "task", "handler": "mine" } ]""";

    [Theory]
    [InlineData(RunStatus.Running, Approval, Signal, Effect)]
    [InlineData(RunStatus.Running, Approval, Timer, Worker)]
    [InlineData(RunStatus.Running, Effect, Approval)]
    [InlineData(RunStatus.Waiting, Approval, Signal)]
    [InlineData(RunStatus.Waiting, Timer, Approval)]
    [InlineData(RunStatus.Waiting, Timer, Signal)]
    [InlineData(RunStatus.Paused, Approval)]
    public void Running_goes_before_waiting_and_waiting_before_paused(RunStatus status, params string[] branches)
        => Branches(branches).Advance().IsNow(status);

    [Fact]
    public void A_step_that_rests_between_attempts_keeps_the_run_running()
    {
        var run = Branches(Approval, Effect).Advance().Fail("effect");

        run.IsNow(RunStatus.Running);
        Assert.Equal(WaitKind.Retry, run["effect"].WaitKind);
    }

    [Fact]
    public void A_run_changes_its_status_as_what_goes_on_in_it_ends()
    {
        var run = Branches(Approval, Timer, Effect).Advance();
        run.Succeed("effect").IsNow(RunStatus.Waiting);
        run.AtDue().IsNow(RunStatus.Paused);
        run.EndOutside("ask", RunTrigger.ApprovalDecided, "{}").IsNow(RunStatus.Completed);

        Assert.Equal(["RUNNING", "WAITING", "RUNNING", "PAUSED", "RUNNING", "COMPLETED"], run.Statuses);
    }

    [Fact]
    public void A_decision_while_a_timer_runs_leaves_the_run_waiting()
    {
        var run = Branches(Approval, Timer).Advance();

        run.EndOutside("ask", RunTrigger.ApprovalDecided, "{}").IsNow(RunStatus.Waiting);
        run.AtDue().IsNow(RunStatus.Completed);
    }

    [Fact]
    public void A_run_is_due_when_the_first_of_its_waits_ends()
    {
        var run = Branches(Timer, """[ { "name": "short", "type": "wait", "durationMs": 10 } ]""", Signal).Advance();
        Assert.Equal(run.Now.AddMilliseconds(11), Advancer.NextDue(run.Run));

        run.AtDue();
        Assert.Equal(run["timer"].WaitUntil, Advancer.NextDue(run.Run));
    }

    [Fact]
    public void A_run_that_is_looked_at_for_nothing_says_nothing()
    {
        var run = Branches(Approval, Timer, Effect).Advance();

        Assert.False(run.Advance().Last.HasChanges);
        run.Reload();
        Assert.False(run.Advance().Last.HasChanges);
    }

    [Fact]
    public void A_run_began_once()
    {
        var run = Branches(Timer).Advance();
        var began = run.Run.StartedAt;

        run.AtDue();
        Assert.Equal(began, run.Run.StartedAt);
        Assert.Equal(["workflow.started", "workflow.waiting", "workflow.resumed", "workflow.completed"], run.Events.Where(happening => happening.StepId is null).Select(happening => happening.EventType));
    }

    private static RunDriver Branches(params string[] branches)
        => new($$"""[ { "name": "p", "type": "parallel", "branches": [ {{string.Join(", ", branches)}} ] } ]""");
}
