using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Effects: the intent before, what comes of it after, and how often.</summary>
public class AttemptsTests
{
    private const string Call = """{ "name": "call", "type": "task", "handler": "http.request", "config": { "method": "GET", "url": "{{ input.url }}" }""";

    [Fact]
    public void An_attempt_is_counted_before_it_is_made()
    {
        var run = Calling().Advance();

        run.IsNow(RunStatus.Running);
        Assert.Equal((StepStatus.Running, 1), (run["call"].Status, run["call"].Attempt));
        Assert.Equal("""{ "method": "GET", "url": "https://a" }""", Assert.Single(run.Last.Effects).Step.Config!.Text);
        Assert.Equal("""{"attempt":1}""", run.Events[^1].Payload);
        Assert.Null(Advancer.NextDue(run.Run));
    }

    [Fact]
    public void A_success_ends_the_step_and_begins_the_next_in_one_look()
    {
        var run = Calling(""", "retry": { "maxAttempts": 1 }""", """, { "name": "after", "type": "task", "handler": "email.send", "config": { "to": "a@b", "subject": "{{ steps.call.output.status }}" } }""")
            .Advance().Succeed("call", """{"status":200}""");

        Assert.Equal(StepStatus.Succeeded, run["call"].Status);
        Assert.Equal("""{ "to": "a@b", "subject": 200 }""", Assert.Single(run.Last.Effects).Step.Config!.Text);

        run.Succeed("after", """{"messageId":"m"}""");
        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{"messageId":"m"}""", run.Run.Output!.Text);
    }

    [Fact]
    public void A_failure_rests_and_is_tried_again_with_the_same_config_and_id()
    {
        var run = Calling().Advance();
        var config = run["call"].Config;
        var id = run["call"].Key.EffectIdIn(run.Run.RunId);

        run.Fail("call");
        Assert.Equal((StepStatus.Pending, WaitKind.Retry, 1), (run["call"].Status, run["call"].WaitKind, run["call"].Attempt));
        Assert.Equal(run.Now.AddMilliseconds(500), run["call"].WaitUntil);
        Assert.Equal(RunEventTypes.StepRetrying, run.Events[^1].EventType);
        Assert.Contains("\"retryAt\":\"2026-05-23T06:00:00.500Z\"", run.Events[^1].Payload, StringComparison.Ordinal);
        run.IsNow(RunStatus.Running);

        run.After(499);
        Assert.False(run.Last.HasChanges);
        run.After(1);
        Assert.Equal((StepStatus.Running, 2), (run["call"].Status, run["call"].Attempt));
        Assert.Same(config, Assert.Single(run.Last.Effects).Step.Config);
        Assert.Equal(id, run["call"].Key.EffectIdIn(run.Run.RunId));

        run.Succeed("call");
        run.IsNow(RunStatus.Completed);
        Assert.Null(run["call"].Error);
    }

    [Fact]
    public void The_last_attempt_fails_the_run_with_what_it_said()
    {
        var run = Calling(""", "retry": { "maxAttempts": 3 }""").Advance().Fail("call").AtDue().Fail("call").AtDue().Fail("call", code: "LAST");

        run.IsNow(RunStatus.Failed);
        Assert.Equal(("LAST", 3), (run["call"].Error!.Code, run["call"].Attempt));
        Assert.Equal(new("LAST", "Step 'call' failed: call broke."), run.Run.Error);
        Assert.Equal(3, run.Events.Count(happening => happening.EventType == RunEventTypes.StepStarted));
        Assert.Contains("\"code\":\"LAST\"", run.Events[^1].Payload, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_time_will_not_heal_fails_at_once()
    {
        var run = Calling(""", "retry": { "maxAttempts": 20 }""").Advance().Fail("call", isRetryable: false);

        run.IsNow(RunStatus.Failed);
        Assert.Equal(1, run["call"].Attempt);
    }

    [Theory]
    [InlineData(0.001, 1, 1)]
    [InlineData(0.5, 1, 500)]
    [InlineData(0.999, 1, 999)]
    [InlineData(0.5, 2, 1000)]
    [InlineData(0.5, 3, 2000)]
    [InlineData(0.5, 4, 2500)]
    [InlineData(0.999, 19, 4995)]
    public void The_rest_is_drawn_below_what_the_policy_allows(double draw, int attempt, double expected)
    {
        var run = Calling(""", "retry": { "maxAttempts": 20, "backoffMs": 1000, "multiplier": 2, "maxBackoffMs": 5000 }""");
        run.Draw = draw;
        run.Advance();
        for (var made = 1; made < attempt; made++)
        {
            run.Fail("call").AtDue();
        }

        run.Fail("call");

        Assert.Equal(expected, (run["call"].WaitUntil!.Value - run.Now).TotalMilliseconds);
    }

    [Fact]
    public void A_rest_of_no_length_is_no_rest()
    {
        var run = Calling();
        run.Draw = 0;
        run.Advance().Fail("call");

        Assert.Equal((StepStatus.Running, 2), (run["call"].Status, run["call"].Attempt));
        Assert.Single(run.Last.Effects);
    }

    [Fact]
    public void Without_jitter_the_rest_is_the_policys()
    {
        var run = Calling(""", "retry": { "jitter": false, "backoffMs": 100, "multiplier": 1.5, "maxAttempts": 4 }""").Advance();

        List<double> rests = [];
        for (var attempt = 1; attempt < 4; attempt++)
        {
            run.Fail("call");
            rests.Add((run["call"].WaitUntil!.Value - run.Now).TotalMilliseconds);
            run.AtDue();
        }

        Assert.Equal([100, 150, 225], rests);
    }

    [Theory]
    [InlineData(100, 500)]
    [InlineData(90_000, 90_000)]
    public void A_longer_rest_that_the_other_side_asks_for_counts(double asked, double expected)
    {
        var run = Calling().Advance().Fail("call", retryAfter: TimeSpan.FromMilliseconds(asked));

        Assert.Equal(expected, (run["call"].WaitUntil!.Value - run.Now).TotalMilliseconds);
    }

    [Fact]
    public void However_long_a_rest_somebody_asks_for_there_is_a_time_at_its_end()
    {
        var run = Calling().Advance().Fail("call", retryAfter: TimeSpan.MaxValue);

        Assert.InRange(run["call"].WaitUntil!.Value, run.Now.AddYears(9), run.Now.AddYears(11));
    }

    [Fact]
    public void A_failure_the_definition_allows_does_not_end_the_run()
    {
        var run = Calling(""", "continueOnError": true, "retry": { "maxAttempts": 2 }""", """, { "name": "after", "type": "task", "handler": "state.set", "config": { "why": "{{ steps.call.error.code }}" } }""")
            .Advance().Fail("call").AtDue().Fail("call", code: "GAVE_UP");

        run.IsNow(RunStatus.Completed);
        Assert.Equal((StepStatus.Failed, true), (run["call"].Status, run["call"].IsErrorHandled));
        Assert.Equal("""{ "why": "GAVE_UP" }""", run.Run.State.Text);
        Assert.Null(run.Run.Error);
    }

    [Fact]
    public void News_of_an_attempt_that_is_over_changes_nothing()
    {
        var run = Calling().Advance();
        var late = run.Success("call", """{"late":true}""");

        run.Fail("call");
        run.Advance(late);
        Assert.False(run.Last.HasChanges);

        run.AtDue().Advance(late, new EffectFailed(new("call", ""), 3, new("FUTURE", ""), true), new EffectSucceeded(new("nobody", ""), 1, new("{}")));
        Assert.False(run.Last.HasChanges);
        Assert.Equal((StepStatus.Running, 2), (run["call"].Status, run["call"].Attempt));
    }

    [Fact]
    public void Two_answers_of_one_attempt_count_once()
    {
        var run = Calling(more: """, { "name": "after", "type": "task", "handler": "effect.noop" }""").Advance();

        run.Advance(run.Success("call", """{"first":1}"""), run.Success("call", """{"second":2}"""), run.Failure("call"));

        Assert.Equal("""{"first":1}""", run["call"].Output!.Text);
        Assert.Equal(1, run.Events.Count(happening => happening.EventType == RunEventTypes.StepCompleted));
    }

    [Fact]
    public void A_step_that_brings_down_every_process_runs_out_of_attempts()
    {
        var run = Calling(""", "retry": { "maxAttempts": 3 }""").Advance();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            run.Reload();
            run.Effects.Clear();
            run.Fail("call", code: StepError.AttemptInterrupted);
            if (attempt < 3)
            {
                run.AtDue();
            }
        }

        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.AttemptInterrupted, run.Run.Error!.Code);
        Assert.Equal(3, run["call"].Attempt);
    }

    [Theory]
    [InlineData("plan.create_or_get", """{ "planType": "a", "planName": "b" }""")]
    [InlineData("plan.add_items", """{ "planId": "a", "items": [] }""")]
    [InlineData("tasks.create", """{ "domains": [], "minConfidence": 0, "perimeter": {} }""")]
    public void An_effect_on_our_own_tables_goes_with_the_commit(string handler, string config)
    {
        var run = new RunDriver($$"""[ { "name": "own", "type": "task", "handler": "{{handler}}", "config": {{config}} } ]""").Advance();

        Assert.Empty(run.Last.Effects);
        Assert.Same(run["own"], Assert.Single(run.Last.TableEffects).Step);
        run.Succeed("own").IsNow(RunStatus.Completed);
    }

    private static RunDriver Calling(string fields = "", string more = "") => new($"[ {Call}{fields} }}{more} ]", """{ "url": "https://a" }""");
}
