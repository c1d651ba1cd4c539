using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Failed runs that somebody sends on: only what failed is done again.</summary>
public class RunRetryTests
{
    private const string Noop = "\"type\": \"task\", \"handler\": \"effect.noop\"";

    [Fact]
    public void Finished_steps_keep_what_they_produced_and_the_failed_one_has_all_its_attempts_again()
    {
        var run = new RunDriver($$$"""
            [ { "name": "a", {{{Noop}}} }, { "name": "b", {{{Noop}}}, "config": { "of": "{{ steps.a.output }}" }, "retry": { "maxAttempts": 2 } }, { "name": "c", {{{Noop}}} } ]
            """).Advance().Succeed("a", "1").Fail("b").AtDue().Fail("b");
        run.IsNow(RunStatus.Failed);
        var id = run["b"].Id;

        run.RetryRun();
        run.IsNow(RunStatus.Running);
        Assert.Equal((StepStatus.Running, 1, id), (run["b"].Status, run["b"].Attempt, run["b"].Id));
        Assert.Equal("""{ "of": 1 }""", run["b"].Config!.Text);
        Assert.Equal(new StepKey("b", ""), Assert.Single(run.Last.Effects).Step.Key);

        run.Fail("b").AtDue().Succeed("b").Succeed("c", "3").IsNow(RunStatus.Completed);
        Assert.Equal("3", run.Run.Output!.Text);
        Assert.Equal(["a", "b", "c"], Completed(run));
    }

    [Fact]
    public void Of_a_parallel_step_only_the_branches_that_did_not_finish_run_again()
    {
        var run = new RunDriver($$"""
            [ { "name": "p", "type": "parallel", "branches": [ [ { "name": "a", {{Noop}} } ], [ { "name": "b1", {{Noop}} }, { "name": "b2", {{Noop}} } ], [ { "name": "ask", "type": "approval" } ] ] } ]
            """).Advance().Succeed("a", "1").Succeed("b1", "2").Fail("b2", isRetryable: false);
        run.IsNow(RunStatus.Failed);

        run.RetryRun();
        Assert.Equal(["b2"], run.Effects.Keys.Select(key => key.NodeId));
        Assert.Same(run["ask"], Assert.Single(run.Last.Approvals).Step);

        run.Succeed("b2", "3").IsNow(RunStatus.Paused);
        run.EndOutside("ask", RunTrigger.ApprovalDecided, "4").IsNow(RunStatus.Completed);
        Assert.Equal("[1,3,4]", run.Run.Output!.Text);
    }

    [Fact]
    public void Of_a_list_only_the_items_that_did_not_finish_run_again_and_the_list_stays()
    {
        var run = new RunDriver($$$"""
            [ { "name": "set", "type": "task", "handler": "state.set", "config": { "list": [10, 11, 12] } },
              { "name": "each", "type": "foreach", "items": "{{ list }}", "concurrency": 2, "steps": [ { "name": "in", {{{Noop}}}, "config": { "item": "{{ item }}" } } ] } ]
            """).Advance().Succeed("in", "0", "0");
        run.Run.State = new("""{"list":"gone"}""");
        run.Fail("in", isRetryable: false, iteration: "1").IsNow(RunStatus.Failed);

        run.RetryRun();
        Assert.Equal(["1", "2"], run.Effects.Keys.Select(key => key.Iteration).Order());
        Assert.Equal("""{ "item": 11 }""", run["in", "1"].Config!.Text);
        run.Succeed("in", "1", "1").Succeed("in", "2", "2").IsNow(RunStatus.Completed);
        Assert.Equal("[0,1,2]", run.Run.Output!.Text);
    }

    [Fact]
    public void Lists_inside_of_lists_go_on_where_they_stopped()
    {
        var run = new RunDriver($$$"""
            [ { "name": "outer", "type": "foreach", "items": [[1, 2], [3, 4]], "steps": [
                { "name": "inner", "type": "foreach", "items": "{{ item }}", "steps": [ { "name": "in", {{{Noop}}} } ] } ] } ]
            """).Advance().Succeed("in", "1", "0.0").Succeed("in", "4", "1.1").Fail("in", isRetryable: false, iteration: "0.1");
        run.IsNow(RunStatus.Failed);

        run.RetryRun();
        Assert.Equal(["0.1", "1.0"], run.Effects.Keys.Select(key => key.Iteration).Order());
        run.Succeed("in", "3", "1.0").Succeed("in", "2", "0.1").IsNow(RunStatus.Completed);
        Assert.Equal("[[1,2],[3,4]]", run.Run.Output!.Text);
    }

    [Fact]
    public void A_list_that_could_not_be_made_is_made_anew()
    {
        var run = new RunDriver($$$"""[ { "name": "each", "type": "foreach", "items": "{{ state.list }}", "steps": [ { "name": "in", {{{Noop}}} } ] } ]""").Advance();
        run.IsNow(RunStatus.Failed);

        run.Run.State = new("""{"list":[1]}""");
        run.RetryRun();
        Assert.Single(run.Effects);
    }

    [Fact]
    public void A_failure_that_was_come_to_terms_with_is_left_alone()
    {
        var run = new RunDriver($$"""
            [ { "name": "a", {{Noop}}, "continueOnError": true },
              { "name": "p", "type": "parallel", "continueOnError": true, "branches": [[ { "name": "x", {{Noop}} } ], [ { "name": "y", {{Noop}} } ]] },
              { "name": "b", {{Noop}} } ]
            """).Advance().Fail("a", isRetryable: false).Fail("x", isRetryable: false).Fail("b", isRetryable: false);
        run.IsNow(RunStatus.Failed);

        run.RetryRun();
        Assert.Equal(["b"], run.Effects.Keys.Select(key => key.NodeId));
        run.Succeed("b").IsNow(RunStatus.Completed);
        Assert.Equal((StepStatus.Failed, StepStatus.Failed, StepStatus.Cancelled), (run["a"].Status, run["x"].Status, run["y"].Status));
    }

    [Fact]
    public void A_way_that_was_not_taken_stays_so()
    {
        var run = new RunDriver($$"""
            [ { "name": "if", "type": "condition", "expression": "false", "trueStep": "a", "falseStep": "b" },
              { "name": "a", {{Noop}} }, { "name": "b", {{Noop}} } ]
            """).Advance().Fail("b", isRetryable: false).RetryRun().Succeed("b");

        run.IsNow(RunStatus.Completed);
        Assert.Equal(StepStatus.Skipped, run["a"].Status);
    }

    [Fact]
    public void A_wait_for_a_signal_begins_anew()
    {
        var run = new RunDriver("""[ { "name": "e", "type": "external_event", "signalType": "s", "timeoutMs": 1000 } ]""").Advance().After(1000);
        run.IsNow(RunStatus.Failed);

        run.RetryRun().IsNow(RunStatus.Waiting);
        Assert.Equal(run.Now.AddMilliseconds(1000), Advancer.NextDue(run.Run));
        run.Send("s").Advance().IsNow(RunStatus.Completed);
    }

    [Fact]
    public void A_run_may_be_sent_on_again_and_again()
    {
        var run = new RunDriver($$"""[ { "name": "a", {{Noop}} } ]""").Advance();
        for (var i = 0; i < 5; i++)
        {
            run.Fail("a", isRetryable: false).IsNow(RunStatus.Failed);
            run.RetryRun();
        }

        run.Succeed("a").IsNow(RunStatus.Completed);
    }

    private static IEnumerable<string> Completed(RunDriver run)
        => run.Events.Where(happening => happening.EventType == RunEventTypes.StepCompleted)
            .Select(happening => run.Run.Steps.Values.Single(step => step.Id == happening.StepId).Key.NodeId);
}
