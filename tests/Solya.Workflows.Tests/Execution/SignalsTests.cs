using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Steps that wait for a signal, and signals that wait for a step.</summary>
public class SignalsTests
{
    private const string Paid = """{ "name": "paid", "type": "external_event", "signalType": "payment" }""";

    [Fact]
    public void A_signal_that_came_first_is_taken_by_the_step_that_waits_for_it()
    {
        var run = new RunDriver($"[ {Paid} ]").Send("other").Send("payment", """{"amount":499.00}""").Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{"amount":499.00}""", run["paid"].Output!.Text);
        Assert.Equal("""{"amount":499.00}""", run.Run.State.Text);
        Assert.True(run.Last.StateChanged);
        Assert.Equal((2L, run["paid"]), (Assert.Single(run.Last.Signals).Sequence, run.Last.Signals[0].Step));
        Assert.Equal("other", Assert.Single(run.Run.Signals).SignalType);
    }

    [Fact]
    public void A_signal_that_comes_while_a_step_waits_ends_the_wait()
    {
        var run = new RunDriver($"[ {Paid} ]").Advance();
        run.IsNow(RunStatus.Waiting);
        Assert.Null(Advancer.NextDue(run.Run));

        run.Send("refund").Advance();
        Assert.False(run.Last.HasChanges);
        run.Send("payment", """{"amount":1}""").Reload();
        run.Advance();

        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{"amount":1}""", run.Run.State.Text);
        Assert.Single(run.Last.Signals);
        Assert.Equal("refund", Assert.Single(run.Run.Signals).SignalType);
        Assert.Equal(["RUNNING", "WAITING", "WAITING", "WAITING", "RUNNING", "COMPLETED"], run.Statuses);
    }

    [Fact]
    public void Signals_are_taken_once_each_in_the_order_in_which_they_came()
    {
        var run = new RunDriver("""
            [ { "name": "first", "type": "external_event", "signalType": "s" },
              { "name": "second", "type": "external_event", "signalType": "s" },
              { "name": "third", "type": "external_event", "signalType": "s" } ]
            """).Send("s", """{"n":1}""").Send("s", """{"n":2}""").Advance();

        run.IsNow(RunStatus.Waiting);
        Assert.Equal(("""{"n":1}""", """{"n":2}"""), (run["first"].Output!.Text, run["second"].Output!.Text));
        Assert.Empty(run.Run.Signals);

        run.Send("s", """{"n":3}""").Send("s", """{"n":4}""").Advance().IsNow(RunStatus.Completed);
        Assert.Equal("""{"n":3}""", run["third"].Output!.Text);
        Assert.Equal("""{"n":4}""", Assert.Single(run.Run.Signals).Payload.Text);
    }

    [Fact]
    public void Who_has_waited_longest_gets_the_oldest_signal()
    {
        var run = new RunDriver("""
            [ { "name": "p", "type": "parallel", "branches": [
                [ { "name": "pause", "type": "wait", "durationMs": 10 }, { "name": "late", "type": "external_event", "signalType": "s" } ],
                [ { "name": "early", "type": "external_event", "signalType": "s" } ] ] } ]
            """).Advance().After(11);
        Assert.Equal((WaitKind.Signal, WaitKind.Signal), (run["late"].WaitKind, run["early"].WaitKind));

        run.Send("s", """{"n":1}""").Advance();
        Assert.Equal(StepStatus.Succeeded, run["early"].Status);
        run.IsNow(RunStatus.Waiting);
        run.Send("s", """{"n":2}""").Advance().IsNow(RunStatus.Completed);
        Assert.Equal("""[{"n":2},{"n":1}]""", run.Run.Output!.Text);
    }

    [Fact]
    public void A_payload_is_put_over_what_the_state_holds()
    {
        var run = new RunDriver($$"""
            [ { "name": "set", "type": "task", "handler": "state.set", "config": { "a": 1, "b": 1 } }, {{Paid}} ]
            """).Send("payment", """{"b":2,"c":3}""").Advance();

        Assert.Equal("""{"a":1,"b":2,"c":3}""", run.Run.State.Text);
    }

    [Fact]
    public void A_signals_type_may_be_computed()
    {
        var run = new RunDriver("""[ { "name": "e", "type": "external_event", "signalType": "order-{{ input.id }}" } ]""", """{ "id": 7 }""").Advance();

        Assert.Equal("order-7", run["e"].SignalType);
        run.Send("order-8").Advance().IsNow(RunStatus.Waiting);
        run.Send("order-7").Advance().IsNow(RunStatus.Completed);
    }

    [Fact]
    public void Nobody_waits_longer_than_the_timeout()
    {
        var run = new RunDriver("""[ { "name": "e", "type": "external_event", "signalType": "s", "timeoutMs": 1000 } ]""").Advance().After(999);
        run.IsNow(RunStatus.Waiting);

        run.After(1).IsNow(RunStatus.Failed);
        Assert.Equal(StepError.SignalTimeout, run.Run.Error!.Code);
        Assert.Equal(["RUNNING", "WAITING", "RUNNING", "FAILED"], run.Statuses);
    }

    [Fact]
    public void A_signal_that_is_there_when_the_timeout_is_seen_still_counts()
    {
        var run = new RunDriver("""[ { "name": "e", "type": "external_event", "signalType": "s", "timeoutMs": 1000 } ]""").Advance();

        run.Send("s").After(5000).IsNow(RunStatus.Completed);
    }

    [Fact]
    public void A_timeout_that_is_allowed_lets_the_run_go_on()
    {
        var run = new RunDriver("""
            [ { "name": "e", "type": "external_event", "signalType": "s", "timeoutMs": 1000, "continueOnError": true },
              { "name": "then", "type": "task", "handler": "state.set", "config": { "code": "{{ steps.e.error.code }}" } } ]
            """).Advance().After(1000);

        run.IsNow(RunStatus.Completed);
        Assert.Equal("""{ "code": "SIGNAL_TIMEOUT" }""", run.Run.State.Text);
    }

    [Fact]
    public void A_resume_from_outside_is_the_steps_output()
    {
        var run = new RunDriver($"[ {Paid} ]").Advance();

        run.EndOutside("paid", RunTrigger.SignalDelivered, """{"by":"hand"}""").IsNow(RunStatus.Completed);
        Assert.Equal("""{"by":"hand"}""", run.Run.Output!.Text);
    }
}
