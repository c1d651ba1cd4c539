using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>What is decided without any effect, in one go.</summary>
public class PureStepsTests
{
    [Fact]
    public void A_chain_of_values_completes_in_one_look()
    {
        var run = new RunDriver(
            """
            [ { "name": "a", "type": "task", "handler": "state.set", "config": { "x": 1 } },
              { "name": "b", "type": "task", "handler": "state.set", "config": { "y": "{{ state.x + 1 }}" } },
              { "name": "c", "type": "task", "handler": "state.set", "config": { "z": "{{ y + 1 }}", "x": "new" } } ]
            """).Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{"y":2,"z":3,"x":"new"}""", run.Run.State.Text);
        Assert.Equal("""{ "z": 3, "x": "new" }""", run.Run.Output!.Text);
        Assert.True(run.Last.StateChanged);
        Assert.Equal(
            [RunEventTypes.RunStarted, RunEventTypes.StepCompleted, RunEventTypes.StepCompleted, RunEventTypes.StepCompleted, RunEventTypes.RunCompleted],
            run.Events.Select(happening => happening.EventType));
    }

    [Fact]
    public void What_is_done_once_counts_as_one_attempt()
    {
        var run = new RunDriver(
            """
            [ { "name": "set", "type": "task", "handler": "state.set", "config": {} },
              { "name": "if", "type": "condition", "expression": "true" },
              { "name": "no wait", "type": "wait", "durationMs": 0 },
              { "name": "each", "type": "foreach", "items": [], "steps": [ { "name": "in", "type": "wait", "durationMs": 0 } ] } ]
            """).Advance();

        Assert.All(run.Run.Steps.Values, step => Assert.Equal(1, step.Attempt));
    }

    [Fact]
    public void Numbers_keep_their_spelling_on_the_way_through()
    {
        var run = new RunDriver(
            """[ { "name": "a", "type": "task", "handler": "state.set", "config": { "price": "{{ input.price }}", "id": "{{ id }}" } } ]""",
            """{ "price": 499.00, "id": 12345678901234567890123 }""").Advance();

        Assert.Equal("""{ "price": 499.00, "id": 12345678901234567890123 }""", run["a"].Output!.Text);
    }

    [Fact]
    public void Expressions_read_the_input_the_state_the_steps_and_the_run()
    {
        var run = new RunDriver(
            """
            [ { "name": "first", "type": "task", "handler": "state.set", "config": { "both": "state" } },
              { "name": "second", "type": "task", "handler": "state.set", "config": {
                  "input": "{{ input.both }}", "state": "{{ state.both }}", "bare": "{{ both }}", "only": "{{ only }}",
                  "output": "{{ steps.first.output.both }}", "status": "{{ steps.first.status }}",
                  "run": "{{ run.id }}", "workspace": "{{ run.workspaceId }}", "created": "{{ run.createdAt }}", "text": "<{{ both }}>" } } ]
            """,
            """{ "both": "input", "only": "in the input" }""").Advance();

        var output = run["second"].Output!.Element;
        Assert.Equal("input", output.GetProperty("input").GetString());
        Assert.Equal("state", output.GetProperty("state").GetString());
        Assert.Equal("state", output.GetProperty("bare").GetString());
        Assert.Equal("in the input", output.GetProperty("only").GetString());
        Assert.Equal("state", output.GetProperty("output").GetString());
        Assert.Equal("SUCCEEDED", output.GetProperty("status").GetString());
        Assert.StartsWith("wfrun_", output.GetProperty("run").GetString(), StringComparison.Ordinal);
        Assert.Equal("org", output.GetProperty("workspace").GetString());
        Assert.Equal("2026-05-23T06:00:00.000Z", output.GetProperty("created").GetString());
        Assert.Equal("<state>", output.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("nothing.there", "nothing")]
    [InlineData("input.customer.name", "customer")]
    [InlineData("steps.later.output", "later")]
    [InlineData("steps.a.output", "a")]
    [InlineData("item", "item")]
    public void A_missing_value_fails_the_step_and_is_named(string expression, string missing)
    {
        var run = new RunDriver(
            $$$"""
            [ { "name": "a", "type": "task", "handler": "http.request", "config": { "method": "GET", "url": "{{ {{{expression}}} }}" } },
              { "name": "later", "type": "wait", "durationMs": 0 } ]
            """).Advance();

        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.Expression, run["a"].Error!.Code);
        Assert.Contains(missing, run["a"].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(StepError.Expression, run.Run.Error!.Code);
        Assert.Contains("'a'", run.Run.Error.Message, StringComparison.Ordinal);
        Assert.Empty(run.Effects);
        Assert.False(run.Has("later"));
    }

    [Fact]
    public void A_value_that_looks_like_an_expression_is_not_expanded()
    {
        var run = new RunDriver(
            """[ { "name": "a", "type": "task", "handler": "state.set", "config": { "x": "{{ input.x }}", "y": "<{{ input.x }}>" } } ]""",
            """{ "x": "{{ run.id }}" }""").Advance();

        Assert.Equal("{{ run.id }}", run["a"].Output!.Element.GetProperty("x").GetString());
        Assert.Equal("<{{ run.id }}>", run["a"].Output!.Element.GetProperty("y").GetString());
    }

    [Fact]
    public void A_run_that_has_ended_takes_nothing_more()
    {
        var run = new RunDriver("""[ { "name": "a", "type": "task", "handler": "effect.noop" } ]""").Advance().Succeed("a");
        var events = run.Events.Count;

        run.Advance(new EffectFailed(new("a", ""), 1, new("LATE", "late"), IsRetryable: true));
        run.FailRun(new("LATE", "late"));
        run.Record(new EffectSucceeded(new("a", ""), 1, new("{}")));

        run.IsNow(RunStatus.Completed);
        Assert.False(run.Last.HasChanges);
        Assert.Equal(events, run.Events.Count);
        Assert.Equal(StepStatus.Succeeded, run["a"].Status);
    }
}
