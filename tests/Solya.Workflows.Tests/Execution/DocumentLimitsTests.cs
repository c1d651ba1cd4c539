using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Documents that are larger or deeper than most.</summary>
public class DocumentLimitsTests
{
    private const string Noop = "\"type\": \"task\", \"handler\": \"effect.noop\"";

    [Fact]
    public void An_output_over_a_mebibyte_fails_the_step_at_once()
    {
        var run = new RunDriver($$"""[ { "name": "a", {{Noop}} } ]""").Advance().Succeed("a", TextOf(Advancer.MaxDocument + 1));

        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.TooLarge, run.Run.Error!.Code);
        Assert.Null(run["a"].Output);
        Assert.Equal(1, run["a"].Attempt);
    }

    [Fact]
    public void An_output_of_a_mebibyte_is_kept()
        => new RunDriver($$"""[ { "name": "a", {{Noop}} } ]""").Advance().Succeed("a", TextOf(Advancer.MaxDocument)).IsNow(RunStatus.Completed);

    [Fact]
    public void A_state_over_a_mebibyte_fails_the_step_and_is_not_kept()
    {
        var run = new RunDriver("""
            [ { "name": "a", "type": "task", "handler": "state.set", "config": { "a": "{{ input.text }}" } },
              { "name": "b", "type": "task", "handler": "state.set", "config": { "b": "{{ input.text }}" } } ]
            """, $$"""{ "text": {{TextOf(600_000)}} }""").Advance();

        run.IsNow(RunStatus.Failed);
        Assert.Equal((StepError.TooLarge, StepStatus.Succeeded), (run.Run.Error!.Code, run["a"].Status));
        Assert.Contains("1 MiB", run.Run.Error.Message, StringComparison.Ordinal);
        Assert.InRange(run.Run.State.Text.Length, 600_000, 700_000);
    }

    [Fact]
    public void A_signal_that_the_state_has_no_room_for_fails_the_step_and_is_gone()
    {
        foreach (var isEarly in new[] { true, false })
        {
            var run = new RunDriver("""
                [ { "name": "a", "type": "task", "handler": "state.set", "config": { "a": "{{ input.text }}" } },
                  { "name": "b", "type": "external_event", "signalType": "s" } ]
                """, $$"""{ "text": {{TextOf(600_000)}} }""");
            _ = isEarly ? run : run.Advance();

            run.Send("s", $$"""{"b":{{TextOf(600_000)}}}""").Advance();

            run.IsNow(RunStatus.Failed);
            Assert.Equal(StepError.TooLarge, run.Run.Error!.Code);
            Assert.Single(run.Last.Signals);
            run.RetryRun().IsNow(RunStatus.Waiting);
            run.Send("s", """{"b":1}""").Advance().IsNow(RunStatus.Completed);
        }
    }

    [Fact]
    public void A_config_over_a_mebibyte_begins_nothing()
    {
        var run = new RunDriver(
            $$$"""[ { "name": "a", {{{Noop}}}, "config": { "a": "{{ input.text }}", "b": "{{ input.text }}" } } ]""",
            $$"""{ "text": {{TextOf(600_000)}} }""").Advance();

        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.TooLarge, run.Run.Error!.Code);
        Assert.Empty(run.Last.Effects);
    }

    [Fact]
    public void Outputs_that_are_too_large_together_fail_the_list()
    {
        var run = new RunDriver($$"""[ { "name": "each", "type": "foreach", "items": [1, 2], "steps": [ { "name": "in", {{Noop}} } ] } ]""").Advance();

        run.Succeed("in", TextOf(600_000), "0").Succeed("in", TextOf(600_000), "1").IsNow(RunStatus.Failed);
        Assert.Equal((StepError.TooLarge, StepStatus.Failed), (run.Run.Error!.Code, run["each"].Status));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    public void However_deep_an_output_is_it_can_be_put_into_lists_and_read(int depth)
    {
        var run = new RunDriver($$$"""
            [ { "name": "p", "type": "parallel", "branches": [[ { "name": "in", {{{Noop}}} } ]] },
              { "name": "if", "type": "condition", "expression": "size(steps.p.output) == 1" },
              { "name": "copy", "type": "task", "handler": "state.set", "config": { "x": "{{ steps.p.output }}" } } ]
            """).Advance().Succeed("in", new string('[', depth) + new string(']', depth));

        // What is written for others to read stays within the depth that can be sent.
        run.IsNow(RunStatus.Failed);
        Assert.Equal("true", run["if"].Branch);
        Assert.Equal((StepError.Expression, StepStatus.Failed), (run.Run.Error!.Code, run["copy"].Status));
    }

    [Fact]
    public void A_list_as_deep_as_an_input_may_be_is_still_a_list()
    {
        var run = new RunDriver(
            $$$"""[ { "name": "each", "type": "foreach", "items": "{{ [input] }}", "steps": [ { "name": "in", {{{Noop}}} } ] } ]""",
            $$"""{"x":{{new string('[', 62)}}{{new string(']', 62)}}}""").Advance();

        run.IsNow(RunStatus.Running);
        run.Succeed("in", iteration: "0").IsNow(RunStatus.Completed);
    }

    [Fact]
    public void Effects_have_different_ids_whatever_their_steps_are_called()
    {
        var run = Guid.Parse("0197a000-0000-7000-8000-000000000001");
        StepKey[] keys = [new("a", ""), new("a", "0"), new("a.0", ""), new("a", "0.1"), new("a.0", "1"), new("a.0.1", ""), new("a\u001F0", ""), new("a 0", ""), new("ä\r\n", ""), new("a_0", ""), new("a-0", "")];

        Assert.Distinct(keys.Select(key => key.IdIn(run)));
        Assert.Distinct(keys.Select(key => key.EffectIdIn(run)));
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9._-]{1,255}$", key.EffectIdIn(run)));
        Assert.EndsWith(".charge-card.2.0", new StepKey("charge-card", "2.0").EffectIdIn(run), StringComparison.Ordinal);
    }

    private static string TextOf(int length) => $"\"{new string('x', length - 2)}\"";
}
