using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Steps that are executed once for each item of a list.</summary>
public class ForeachTests
{
    private const string Noop = "\"type\": \"task\", \"handler\": \"effect.noop\"";

    [Fact]
    public void The_output_is_in_the_order_of_the_items_however_they_end()
    {
        var run = Each("""[ "x", "y", "z" ]""", $$$"""{ "name": "in", {{{Noop}}}, "config": { "item": "{{ item }}", "index": "{{ index }}" } }""").Advance();

        Assert.Equal("""{ "item": "y", "index": 1 }""", run["in", "1"].Config!.Text);
        run.Succeed("in", "\"third\"", "2").Succeed("in", "\"first\"", "0");
        run.Reload();
        run.Succeed("in", "\"second\"", "1").IsNow(RunStatus.Completed);
        Assert.Equal("""["first","second","third"]""", run.Run.Output!.Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void No_more_items_are_worked_on_at_the_same_time_than_allowed(int concurrency)
    {
        var run = Each("[1,2,3,4,5,6,7]", $$"""{ "name": "in", {{Noop}} }, { "name": "then", {{Noop}} }""", $", \"concurrency\": {concurrency}").Advance();
        var random = new Random(1);
        while (run.Run.Status == RunStatus.Running)
        {
            var places = run.Effects.Keys.Select(key => key.Iteration).ToList();
            Assert.InRange(places.Count, 1, Math.Min(concurrency, 7));
            Assert.Distinct(places);
            var next = run.Effects.Keys.ElementAt(random.Next(run.Effects.Count));
            if (random.Next(3) == 0)
            {
                run.Reload();
            }

            run.Succeed(next.NodeId, next.Iteration, next.Iteration);
        }

        Assert.Equal("[0,1,2,3,4,5,6]", run.Run.Output!.Text);
    }

    [Fact]
    public void Ten_items_at_a_time_unless_the_definition_says_otherwise()
        => Assert.Equal(10, Each($"[{string.Join(',', Enumerable.Range(0, 50))}]", $$"""{ "name": "in", {{Noop}} }""").Advance().Effects.Count);

    [Fact]
    public void No_items_is_an_empty_list()
    {
        var run = Each("[]", $$"""{ "name": "in", {{Noop}} }""").Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal("[]", run.Run.Output!.Text);
    }

    [Fact]
    public void A_thousand_items_are_not_too_many()
    {
        var run = new RunDriver("""
            [ { "name": "each", "type": "foreach", "items": "{{ input.list }}", "steps": [ { "name": "in", "type": "task", "handler": "state.set", "config": { "last": "{{ item * 2 }}" } } ] } ]
            """, $$"""{ "list": [{{string.Join(',', Enumerable.Range(0, 1000))}}] }""").Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal(1000, run.Run.Output!.Element.GetArrayLength());
        Assert.Equal(1998, run.Run.Output.Element[999].GetProperty("last").GetInt32());
        Assert.Equal("""{"last":1998}""", run.Run.State.Text);
    }

    [Theory]
    [InlineData("{{ input.list }}", "1001")]
    [InlineData("{{ input.text }}", "list")]
    [InlineData("{{ input }}", "list")]
    [InlineData("plain text", "list")]
    public void What_is_no_list_or_too_long_a_one_fails(string items, string says)
    {
        var run = new RunDriver(
            $$"""[ { "name": "each", "type": "foreach", "items": "{{items}}", "steps": [ { "name": "in", {{Noop}} } ] } ]""",
            $$"""{ "text": "abc", "list": [{{string.Join(',', Enumerable.Range(0, 1001))}}] }""").Advance();

        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.InvalidConfig, run.Run.Error!.Code);
        Assert.Contains(says, run.Run.Error.Message, StringComparison.Ordinal);
        Assert.False(run.Has("in", "0"));
    }

    [Fact]
    public void Lists_inside_of_lists_have_iterations_inside_of_iterations()
    {
        var run = Each(
            "[[10, 11], [20], []]",
            """
            { "name": "outside", "type": "task", "handler": "state.set", "config": { "i": "{{ index }}" } },
            { "name": "inner", "type": "foreach", "items": "{{ item }}", "steps": [
                { "name": "one", "type": "task", "handler": "state.set", "config": { "is": "{{ item }}", "at": "{{ index }}", "in": "{{ steps.outside.output.i }}" } },
                { "name": "two", "type": "condition", "expression": "steps.one.output.is > 10" } ] }
            """).Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{ "is": 11, "at": 1, "in": 0 }""", run["one", "0.1"].Output!.Text);
        Assert.Equal("""{ "is": 20, "at": 0, "in": 1 }""", run["one", "1.0"].Output!.Text);
        Assert.Equal("""[[{"result":false},{"result":true}],[{"result":true}],[]]""", run.Run.Output!.Text);
        Assert.Distinct(run.Run.Steps.Values.Select(step => step.Id));
        Assert.Distinct(run.Run.Steps.Keys.Select(key => key.EffectIdIn(run.Run.RunId)));
    }

    [Fact]
    public void The_items_do_not_change_while_they_are_worked_on()
    {
        var run = new RunDriver($$$"""
            [ { "name": "set", "type": "task", "handler": "state.set", "config": { "list": [1, 2] } },
              { "name": "each", "type": "foreach", "items": "{{ state.list }}", "concurrency": 1, "steps": [
                { "name": "over", "type": "task", "handler": "state.set", "config": { "list": [] } }, { "name": "in", {{{Noop}}}, "config": { "item": "{{ item }}" } } ] } ]
            """).Advance();
        run.Reload();
        run.Succeed("in", iteration: "0");

        Assert.Equal("""{ "item": 2 }""", run["in", "1"].Config!.Text);
        run.Succeed("in", iteration: "1").IsNow(RunStatus.Completed);
    }

    [Fact]
    public void One_failed_item_calls_the_others_off()
    {
        var run = Each("[0,1,2,3]", $$"""{ "name": "in", {{Noop}} }""", ", \"concurrency\": 3").Advance().Succeed("in", iteration: "0").Fail("in", isRetryable: false, iteration: "2");

        run.IsNow(RunStatus.Failed);
        Assert.Equal("Step 'each' failed: Step 'in' failed: in broke.", run.Run.Error!.Message);
        Assert.Equal(
            [StepStatus.Succeeded, StepStatus.Cancelled, StepStatus.Failed, StepStatus.Cancelled],
            Enumerable.Range(0, 4).Select(place => run["in", $"{place}"].Status));
    }

    [Fact]
    public void An_item_whose_failure_is_allowed_has_no_output()
    {
        var run = Each("[0,1]", $$"""{ "name": "in", {{Noop}}, "continueOnError": true }""").Advance().Fail("in", isRetryable: false, iteration: "0").Succeed("in", "1", "1");

        run.IsNow(RunStatus.Completed);
        Assert.Equal("[null,1]", run.Run.Output!.Text);
    }

    [Fact]
    public void A_failure_that_is_come_to_terms_with_leaves_other_items_alone()
    {
        var items = string.Join(',', Enumerable.Range(0, 12));
        var run = Each($"[{items}]", $$"""{ "name": "p", "type": "parallel", "continueOnError": true, "branches": [[ { "name": "in", {{Noop}} } ]] }""", ", \"concurrency\": 12").Advance();

        run.Fail("in", isRetryable: false, iteration: "1");

        Assert.Equal(["1"], run.Last.Steps.Select(step => step.Key.Iteration).Distinct());
    }

    [Fact]
    public void Outside_of_a_list_there_is_no_item()
    {
        var run = new RunDriver("""
            [ { "name": "each", "type": "foreach", "items": [1], "steps": [ { "name": "in", "type": "task", "handler": "state.set", "config": {} } ] },
              { "name": "after", "type": "task", "handler": "state.set", "config": { "x": "{{ index }}" } } ]
            """).Advance();

        run.IsNow(RunStatus.Failed);
        Assert.Contains("index", run.Run.Error!.Message, StringComparison.Ordinal);
    }

    private static RunDriver Each(string items, string steps, string fields = "")
        => new($$"""[ { "name": "each", "type": "foreach", "items": {{items}}, "steps": [ {{steps}} ]{{fields}} } ]""");
}
