using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Processes that let go of a run, and runs that nobody can execute.</summary>
public class LettingGoTests
{
    private const string Two = """[ { "name": "a", "type": "task", "handler": "effect.noop" }, { "name": "b", "type": "task", "handler": "effect.noop" } ]""";

    [Fact]
    public void What_ended_is_written_down_and_nothing_begins()
    {
        var run = new RunDriver(Two).Advance();

        run.Record(run.Success("a", """{"x":1}"""));

        Assert.Equal(StepStatus.Succeeded, run["a"].Status);
        Assert.False(run.Has("b"));
        Assert.Empty(run.Last.Effects);
        run.IsNow(RunStatus.Running);

        run.Reload();
        run.Advance();
        Assert.Equal(StepStatus.Running, run["b"].Status);
    }

    [Fact]
    public void A_failure_is_written_down_and_its_consequences_are_left_to_the_next()
    {
        var run = new RunDriver(Two).Advance();
        run.Record(run.Failure("a", isRetryable: false));

        run.IsNow(RunStatus.Running);
        run.Reload();
        run.Advance().IsNow(RunStatus.Failed);
    }

    [Fact]
    public void A_wait_that_is_over_is_left_to_the_next()
    {
        var run = new RunDriver("""[ { "name": "w", "type": "wait", "durationMs": 1 } ]""").Advance();
        var due = run["w"].WaitUntil!.Value;
        run.Now = due.AddSeconds(1);

        Assert.False(run.Record().Last.HasChanges);
        Assert.Equal(due, Advancer.NextDue(run.Run));
    }

    [Fact]
    public void A_run_that_nobody_can_execute_fails_and_what_is_open_is_called_off()
    {
        var run = new RunDriver("""
            [ { "name": "p", "type": "parallel", "branches": [[ { "name": "a", "type": "task", "handler": "effect.noop" } ], [ { "name": "w", "type": "wait", "durationMs": 9 } ], [ { "name": "ask", "type": "approval" } ]] } ]
            """).Advance();

        run.FailRun(new(StepError.RunPoisoned, "Enough.")).IsNow(RunStatus.Failed);

        Assert.All(run.Run.Steps.Values, step => Assert.Equal(StepStatus.Cancelled, step.Status));
        Assert.Equal(new(StepError.RunPoisoned, "Enough."), run.Run.Error);
        Assert.Equal("""{"code":"RUN_POISONED","message":"Enough."}""", run.Events[^1].Payload);
    }

    [Theory]
    [InlineData("""[ { "name": "w", "type": "wait", "durationMs": 9 } ]""", RunStatus.Waiting)]
    [InlineData("""[ { "name": "ask", "type": "approval" } ]""", RunStatus.Paused)]
    public void A_resting_run_fails_through_running(string steps, RunStatus rests)
    {
        var run = new RunDriver(steps).Advance();
        run.IsNow(rests);

        run.FailRun(new(StepError.RunPoisoned, "Enough.")).IsNow(RunStatus.Failed);
        Assert.Equal(["RUNNING", "FAILED"], run.Statuses.TakeLast(2));
    }

    [Fact]
    public void A_run_that_has_not_begun_can_fail()
        => new RunDriver(Two).FailRun(new(StepError.RunPoisoned, "Enough.")).IsNow(RunStatus.Failed);

    [Fact]
    public void Without_a_definition_a_run_fails_as_well_and_leaves_nothing_open()
    {
        var run = new RunDriver("""
            [ { "name": "p", "type": "parallel", "branches": [[ { "name": "ask", "type": "approval", "timeoutMs": 5 } ], [ { "name": "work", "type": "task", "handler": "mine" } ]] } ]
            """).Advance().Run;

        var decisions = Advancer.Fail(null, run, new(StepError.DefinitionUnreadable, "What?"), DateTimeOffset.UnixEpoch);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.All(run.Steps.Values, step => Assert.Equal(StepStatus.Cancelled, step.Status));
        Assert.Single(decisions.ClosedApprovals);
        Assert.Single(decisions.DroppedWorkerTasks);
    }
}
