using Solya.Workflows.Execution;
using Solya.Workflows.Expressions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Which ways a run takes, where they join, and what is left out.</summary>
public class ConditionsTests
{
    [Theory]
    [InlineData("", "if + b + c + d +")]
    [InlineData(""", "trueStep": "c" """, "if + b - c + d +", "if + b + c + d +")]
    [InlineData(""", "falseStep": "c" """, "if + b + c + d +", "if + b - c + d +")]
    [InlineData(""", "trueStep": "d", "falseStep": "b" """, "if + b - c - d +", "if + b + c + d +")]
    [InlineData(""", "trueStep": "b", "falseStep": "c" """, "if + b + c + d +", "if + b - c + d +")]
    [InlineData(""", "trueStep": "d", "falseStep": "d" """, "if + b - c - d +")]
    [InlineData(""", "trueStep": "c", "falseStep": "d" """, "if + b - c + d +", "if + b - c - d +")]
    public void A_condition_jumps_over_what_lies_between(string jumps, string whenTrue, string? whenFalse = null)
    {
        Assert.Equal(whenTrue, Executed("true"));
        Assert.Equal(whenFalse ?? whenTrue, Executed("false"));

        string Executed(string holds)
        {
            var run = new RunDriver(
                $$"""
                [ { "name": "if", "type": "condition", "expression": "input.holds"{{jumps}} },
                  { "name": "b", "type": "task", "handler": "state.set", "config": { "b": 1 } },
                  { "name": "c", "type": "task", "handler": "state.set", "config": { "c": 1 } },
                  { "name": "d", "type": "task", "handler": "state.set", "config": { "d": 1 } } ]
                """,
                $$"""{ "holds": {{holds}} }""").Advance();
            run.IsNow(RunStatus.Completed);
            Assert.Equal($$"""{"result":{{holds}}}""", run["if"].Output!.Text);
            Assert.Equal(holds, run["if"].Branch);
            return string.Join(' ', run.Graph.Nodes.Select(node => $"{node.Id} {(run[node.Id].Status == StepStatus.Succeeded ? '+' : '-')}"));
        }
    }

    [Theory]
    [InlineData("input.customer.vip", false)]
    [InlineData("{{ nobody.there }}", false)]
    [InlineData("input.list", true)]
    [InlineData("input.empty", false)]
    [InlineData("{{ input.count > 2 && !input.empty }}", true)]
    [InlineData("steps.later.output", false)]
    public void A_plain_path_is_tested_for_truth_and_a_missing_one_is_false(string expression, bool holds)
    {
        var run = new RunDriver(
            $$"""[ { "name": "if", "type": "condition", "expression": "{{expression}}" } ]""",
            """{ "list": [0], "empty": "", "count": 3 }""".Replace("\"\"", "false", StringComparison.Ordinal)).Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal(holds ? "true" : "false", run["if"].Branch);
    }

    [Fact]
    public void A_condition_that_cannot_be_evaluated_fails_the_run_or_counts_as_false_where_that_is_allowed()
    {
        RunDriver Run(string fields) => new RunDriver(
            $$"""
            [ { "name": "if", "type": "condition", "expression": "input.a > 1", "trueStep": "b", "falseStep": "c"{{fields}} },
              { "name": "b", "type": "task", "handler": "state.set", "config": {} },
              { "name": "c", "type": "task", "handler": "state.set", "config": {} } ]
            """).Advance();

        var strict = Run("");
        strict.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.Expression, strict.Run.Error!.Code);

        var lenient = Run(""", "continueOnError": true""");
        lenient.IsNow(RunStatus.Completed);
        Assert.Equal((StepStatus.Skipped, StepStatus.Succeeded), (lenient["b"].Status, lenient["c"].Status));
    }

    [Fact]
    public void A_skipped_container_begins_nothing_of_what_it_holds()
    {
        var run = new RunDriver(
            """
            [ { "name": "if", "type": "condition", "expression": "false", "trueStep": "p", "falseStep": "end" },
              { "name": "p", "type": "parallel", "branches": [[ { "name": "in", "type": "task", "handler": "effect.noop" } ]] },
              { "name": "end", "type": "task", "handler": "state.set", "config": { "seen": "{{ steps.p.output }}" } } ]
            """).Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal(StepStatus.Skipped, run["p"].Status);
        Assert.False(run.Has("in"));
        Assert.Equal("""{ "seen": null }""", run.Run.State.Text);
        Assert.Equal(0, run["p"].Attempt);
    }

    [Fact]
    public void A_join_waits_until_every_way_into_it_is_decided()
    {
        var run = Diamond().Succeed("a");
        Assert.False(run.Has("join"));
        run.Succeed("b");
        Assert.Equal(StepStatus.Running, run["join"].Status);
    }

    [Fact]
    public void A_join_runs_when_one_way_into_it_was_taken()
    {
        var run = Diamond(new GraphEdge(1, 3, GraphEdge.Error)).Succeed("a");
        run.Succeed("b");
        Assert.Equal(StepStatus.Running, run["join"].Status);
    }

    [Fact]
    public void A_failure_with_a_way_of_its_own_takes_it_and_the_run_goes_on()
    {
        var run = new RunDriver(new WorkflowGraph(
            [Noop("start"), Noop("well"), Noop("badly")],
            [new(0, 1), new(0, 2, GraphEdge.Error)])).Advance().Fail("start", isRetryable: false);

        Assert.Equal((StepStatus.Failed, true), (run["start"].Status, run["start"].IsErrorHandled));
        Assert.Equal((StepStatus.Skipped, StepStatus.Running), (run["well"].Status, run["badly"].Status));
        run.Succeed("badly").IsNow(RunStatus.Completed);
    }

    [Fact]
    public void A_failure_beside_other_work_calls_that_off()
    {
        var run = Diamond().Fail("a", isRetryable: false);

        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepStatus.Cancelled, run["b"].Status);
        Assert.Equal(new StepKey("b", ""), Assert.Single(run.Last.CancelledEffects));
        Assert.False(run.Has("join"));
    }

    [Fact]
    public void Nothing_begins_beside_a_step_that_has_failed()
    {
        var inner = new WorkflowGraph([Noop("first"), Noop("second")], [new(0, 1)]);
        var run = new RunDriver(new WorkflowGraph([Noop("a"), new ParallelNode("p", [inner])], [])).Advance();

        run.Advance(run.Failure("a", isRetryable: false), run.Success("first"));

        run.IsNow(RunStatus.Failed);
        Assert.False(run.Has("second"));
        Assert.Equal(StepStatus.Succeeded, run["first"].Status);
    }

    private static TaskNode Noop(string id) => new(id, BuiltInHandlers.NoOperation, Template.ParseText(""));

    private static RunDriver Diamond(GraphEdge? ofA = null)
        => new RunDriver(new WorkflowGraph([Noop("start"), Noop("a"), Noop("b"), Noop("join")], [new(0, 1), new(0, 2), ofA ?? new(1, 3), new(2, 3)]))
            .Advance().Succeed("start");
}
