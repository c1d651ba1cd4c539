using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Branches side by side.</summary>
public class ParallelTests
{
    private const string Noop = "\"type\": \"task\", \"handler\": \"effect.noop\"";

    [Fact]
    public void All_branches_run_at_the_same_time_and_the_output_is_in_their_order()
    {
        var run = Branches($$"""{ "name": "a", {{Noop}} }""", $$"""{ "name": "b", {{Noop}} }, { "name": "b2", {{Noop}} }""", """{ "name": "c", "type": "condition", "expression": "false", "trueStep": "d", "falseStep": "d" }, { "name": "d", "type": "wait", "durationMs": 5 }""").Advance();
        Assert.Equal(["a", "b"], run.Effects.Keys.Select(key => key.NodeId));

        run.Succeed("b", "1").Succeed("b2", "2");
        Assert.Equal(StepStatus.Running, run["p"].Status);
        run.After(6).Succeed("a", "3");

        Assert.Equal("[3,2,{}]", run["p"].Output!.Text);
        Assert.Equal(StepStatus.Running, run["after"].Status);
        Assert.Equal(new StepKey("after", ""), Assert.Single(run.Last.Effects).Step.Key);
        run.Succeed("after").IsNow(RunStatus.Completed);
    }

    [Fact]
    public void A_branch_sees_what_another_one_has_put_into_the_state()
    {
        var run = Branches("""{ "name": "a", "type": "task", "handler": "state.set", "config": { "x": 1 } }""", """{ "name": "b", "type": "task", "handler": "state.set", "config": { "y": "{{ x + 1 }}", "z": "{{ steps.a.output.x }}" } }""").Advance();

        Assert.Equal("""[{ "x": 1 },{ "y": 2, "z": 1 }]""", run["p"].Output!.Text);
    }

    [Fact]
    public void One_failure_calls_everything_else_off()
    {
        var run = Branches(
            $$"""{ "name": "done", {{Noop}} }, { "name": "effect", {{Noop}} }""",
            """{ "name": "worker", "type": "task", "handler": "mine" }""",
            """{ "name": "ask", "type": "approval" }""",
            """{ "name": "signal", "type": "external_event", "signalType": "s" }""",
            """{ "name": "timer", "type": "wait", "durationMs": 1000 }""",
            $$"""{ "name": "resting", {{Noop}} }""",
            $$"""{ "name": "inner", "type": "parallel", "branches": [[ { "name": "deep", {{Noop}} } ]] }""",
            $$"""{ "name": "each", "type": "foreach", "items": [1, 2], "steps": [ { "name": "item", {{Noop}} } ] }""",
            $$"""{ "name": "breaks", {{Noop}} }""").Advance();
        run.Succeed("done").Fail("resting");

        run.Fail("breaks", isRetryable: false, code: "NO");

        run.IsNow(RunStatus.Failed);
        Assert.Equal(new("NO", "Step 'p' failed: Step 'breaks' failed: breaks broke."), run.Run.Error);
        Assert.Equal("NO", run["p"].Error!.Code);
        Assert.Equal((StepStatus.Succeeded, StepStatus.Failed, StepStatus.Failed), (run["done"].Status, run["breaks"].Status, run["p"].Status));
        Assert.All(
            new[] { run["effect"], run["worker"], run["ask"], run["signal"], run["timer"], run["resting"], run["inner"], run["deep"], run["each"], run["item", "0"], run["item", "1"] },
            step => Assert.Equal((StepStatus.Cancelled, null, null), (step.Status, step.WaitKind, step.WaitUntil)));
        Assert.Equal([run["worker"]], run.Last.DroppedWorkerTasks);
        Assert.Equal((run["ask"], "CANCELLED"), (Assert.Single(run.Last.ClosedApprovals).Step, run.Last.ClosedApprovals[0].Status));
        Assert.Equivalent(new StepKey[] { new("effect", ""), new("deep", ""), new("item", "0"), new("item", "1") }, run.Last.CancelledEffects, strict: true);
        Assert.False(run.Has("after"));
    }

    [Fact]
    public void What_was_begun_in_the_look_that_sees_a_failure_is_not_begun()
    {
        var run = Branches($$"""{ "name": "a", {{Noop}} }, { "name": "a2", {{Noop}} }""", $$"""{ "name": "b", {{Noop}} }, { "name": "b2", "type": "task", "handler": "mine" }""", $$"""{ "name": "c", {{Noop}} }""").Advance();

        run.Advance(run.Success("a"), run.Success("b"), run.Failure("c", isRetryable: false));

        run.IsNow(RunStatus.Failed);
        Assert.Empty(run.Last.Effects);
        Assert.Empty(run.Last.WorkerTasks);
        Assert.Equal(StepStatus.Succeeded, run["a"].Status);
    }

    [Fact]
    public void A_failure_that_its_own_step_allows_calls_nothing_off()
    {
        var run = Branches($$"""{ "name": "a", {{Noop}}, "continueOnError": true }""", $$"""{ "name": "b", {{Noop}} }""").Advance().Fail("a", isRetryable: false);

        Assert.Equal(StepStatus.Running, run["b"].Status);
        run.Succeed("b", "1");
        Assert.Equal("[null,1]", run["p"].Output!.Text);
    }

    [Fact]
    public void A_failure_that_the_parallel_step_allows_lets_the_run_go_on()
    {
        var run = new RunDriver($$$"""
            [ { "name": "p", "type": "parallel", "continueOnError": true, "branches": [[ { "name": "a", {{{Noop}}} } ], [ { "name": "b", {{{Noop}}} } ]] },
              { "name": "after", "type": "task", "handler": "state.set", "config": { "why": "{{ steps.p.error.code }}" } } ]
            """).Advance().Fail("a", isRetryable: false);

        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{ "why": "BROKEN" }""", run.Run.State.Text);
        Assert.Equal(StepStatus.Cancelled, run["b"].Status);
        Assert.All(new[] { run["p"], run["a"], run["b"] }, step => Assert.True(step.IsErrorHandled));
    }

    private static RunDriver Branches(params string[] branches) => new(
        $$"""
        [ { "name": "p", "type": "parallel", "branches": [ {{string.Join(", ", branches.Select(branch => $"[ {branch} ]"))}} ] },
          { "name": "after", {{Noop}} } ]
        """);
}
