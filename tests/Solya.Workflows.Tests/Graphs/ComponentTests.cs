using System.Text.Json;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using static Solya.Workflows.Tests.Graphs.Flow;

namespace Solya.Workflows.Tests.Graphs;

/// <summary>What each component does when its node is reached.</summary>
public class ComponentTests
{
    [Theory]
    [InlineData("manual_trigger")]
    [InlineData("schedule_trigger")]
    [InlineData("webhook_trigger")]
    public void A_trigger_gives_what_the_run_was_started_with(string component)
    {
        var run = GraphRun.Start(Nodes(Node("start", component), Flow.Text("a", "{{ start.user }} {{ context.user }}")), "start>a", """{ "user": 7 }""");

        Assert.Equal("""{"user":7}""", run.OutputOf("start"));
        Assert.Equal("\"7 7\"", run.OutputOf("a"));
        Assert.Equal(RunStatus.Completed, run.Status);
    }

    [Theory]
    [InlineData("webhook", "\"method\": \"POST\", \"url\": \"https://example.com/{{ context.id }}\", \"body\": { \"n\": \"{{ context.id }}\" }, \"x\": 1", "http.request", """{"method":"POST","url":"https://example.com/7","body":{"n":7}}""")]
    [InlineData("email", "\"to\": \"a@example.com\", \"subject\": \"{{ context.id }}\", \"cc\": null, \"text\": \"t\"", "email.send", """{"to":"a@example.com","subject":7,"text":"t"}""")]
    [InlineData("plan_create_or_get", "\"planType\": \"PRICING\", \"planName\": \"p{{ context.id }}\"", "plan.create_or_get", """{"planType":"PRICING","planName":"p7"}""")]
    [InlineData("plan_add_items", "\"planId\": \"p\", \"items\": [ { \"variantId\": \"v\" } ]", "plan.add_items", """{"planId":"p","items":[{"variantId":"v"}]}""")]
    [InlineData("tasks_create", "\"domains\": [\"PRICING\"], \"minConfidence\": 0.5, \"perimeter\": []", "tasks.create", """{"domains":["PRICING"],"minConfidence":0.5,"perimeter":[]}""")]
    [InlineData("trigger_workflow", "\"workflow_id\": \"fl_1\", \"context\": { \"id\": \"{{ context.id }}\" }", "workflow.trigger", """{"workflow_id":"fl_1","context":{"id":7}}""")]
    public void An_effect_is_given_what_stands_in_its_fields(string component, string data, string handler, string config)
    {
        var run = GraphRun.Start(Nodes(Node("a", component, data)), context: """{ "id": 7 }""");

        var begun = Assert.Single(run.Last.Effects.Concat(run.Last.TableEffects));
        Assert.Equal(handler, begun.Node.Handler);
        Assert.Equal(config, JsonSerializer.Serialize(begun.Step.Config!.Element));
        Assert.Equal(RunStatus.Completed, run.Succeed("a").Status);
    }

    [Theory]
    [InlineData("2", "seconds", 2)]
    [InlineData("\"{{ context.n * 2 }}\"", "minutes", 360)]
    [InlineData("1.5", "hours", 5_400)]
    [InlineData("3", "days", 259_200)]
    public void A_delay_lasts_its_duration_and_not_less(string duration, string unit, int seconds)
    {
        var run = GraphRun.Start(Nodes(Node("a", "delay", $"\"duration\": {duration}, \"unit\": \"{unit}\"")), context: """{ "n": 3 }""");
        Assert.Equal(RunStatus.Waiting, run.Status);
        Assert.Equal(RunStatus.Waiting, run.After(TimeSpan.FromSeconds(seconds)).Status);
        Assert.Equal(RunStatus.Completed, run.After(TimeSpan.FromMilliseconds(1)).Status);
    }

    [Fact]
    public void A_delay_may_last_until_a_time()
    {
        var run = GraphRun.Start(Nodes(Node("a", "delay", "\"until\": \"{{ context.at }}\"")), context: """{ "at": "2026-01-01T01:00:00.000Z" }""");
        Assert.Equal(RunStatus.Waiting, run.Status);
        Assert.Equal(RunStatus.Completed, run.After(TimeSpan.FromHours(1)).Status);
    }

    [Fact]
    public void A_delay_of_no_number_fails()
        => Assert.Equal(StepError.InvalidConfig, GraphRun.Start(Nodes(Node("a", "delay", "\"duration\": \"{{ context }}\""))).State.Error!.Code);

    [Theory]
    [InlineData("set")]
    [InlineData("data_mapper")]
    public void Set_values_are_an_output_and_no_state(string component)
    {
        var run = GraphRun.Start(Nodes(Node("a", component, "\"values\": { \"n\": \"{{ context.n + 1 }}\" }"), Flow.Text("b", "{{ nodes.a.output.n }}{{ a.n }}")), "a>b", """{ "n": 1 }""");

        Assert.Equal("""{"n":2}""", run.OutputOf("a"));
        Assert.Equal("\"22\"", run.OutputOf("b"));
        Assert.Equal("{}", run.State.State.Text);
    }

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("{{ context.n }}", "\"1\"")]
    [InlineData("{{ context }}", "\"{\\u0022n\\u0022:1}\"")]
    [InlineData("n is {{ context.n }}.", "\"n is 1.\"")]
    public void A_text_is_a_text_even_when_it_is_one_expression(string text, string output)
        => Assert.Equal(output, GraphRun.Start(Nodes(Flow.Text("a", text)), context: """{"n":1}""").OutputOf("a"));

    [Fact]
    public void An_external_event_takes_a_signal_that_came_early()
    {
        var run = GraphRun.Start(Nodes(Node("a", "external_event", "\"signalType\": \"paid\", \"timeoutMs\": 1000")));
        Assert.Equal(RunStatus.Waiting, run.Status);
        run.State.Signals.Add(new(5, "paid", new("""{ "amount": 3 }""")));
        Assert.Equal(RunStatus.Completed, run.Advance().Status);
        Assert.Equal("""{"amount":3}""", run.OutputOf("a"));
    }

    [Fact]
    public void An_approval_pauses_the_run_until_it_times_out()
    {
        var run = GraphRun.Start(Nodes(Node("a", "approval", "\"prompt\": \"Pay {{ context.n }}?\", \"timeoutMs\": 1000, \"onTimeout\": \"approve\"")), context: """{ "n": 3 }""");
        Assert.Equal(RunStatus.Paused, run.Status);
        Assert.Equal("Pay 3?", Assert.Single(run.Last.Approvals).Prompt);
        Assert.Equal(RunStatus.Completed, run.After(TimeSpan.FromSeconds(1)).Status);
    }

    [Fact]
    public void A_node_is_missing_by_its_name_until_it_has_ended()
    {
        var run = GraphRun.Start(Nodes(Flow.Text("a", "{{ b }}"), Flow.Text("b")));
        Assert.Equal((RunStatus.Failed, StepError.Expression), (run.Status, run.State.Error!.Code));
        Assert.Contains("'b'", run.State.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("input.n")]
    [InlineData("state.n")]
    [InlineData("steps.a")]
    [InlineData("n")]
    [InlineData("item")]
    public void Names_of_steps_are_none_here(string name)
        => Assert.Equal(StepError.Expression, GraphRun.Start(Nodes(Flow.Text("a", $"{{{{ {name} }}}}")), context: """{ "n": 1 }""").State.Error!.Code);

    [Fact]
    public void The_run_has_the_ids_of_this_face()
    {
        var run = GraphRun.Start(Nodes(Node("a", "set", "\"values\": { \"run\": \"{{ run }}\" }")));
        var seen = run.Step("a").Output!.Element.GetProperty("run");
        Assert.Equal(PublicId.Format("fl_run_", run.State.RunId), seen.GetProperty("id").GetString());
        Assert.Equal(PublicId.Format("fl_", run.State.WorkflowId), seen.GetProperty("workflow_id").GetString());
    }

    [Fact]
    public void A_terminate_that_completes_calls_off_what_is_open_and_begins_nothing_more()
    {
        var run = GraphRun.Start(
            Nodes(Entry, Http("slow"), Http("quick"), Node("end", "terminate", "\"message\": \"Enough of {{ context.n }}\""), Flow.Text("after"), Flow.Text("late")),
            "start>slow start>quick quick>end slow>after after>late", """{ "n": 3 }""").Succeed("quick");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal("""{"status":"completed","message":"Enough of 3"}""", run.State.Output!.Text);
        Assert.Equal(StepStatus.Cancelled, run.StatusOf("slow"));
        Assert.Contains(new StepKey("slow", ""), run.Last.CancelledEffects);
        Assert.Null(run.StatusOf("after"));
        Assert.Null(run.StatusOf("late"));
    }

    [Fact]
    public void A_terminate_that_fails_fails_the_run_with_its_message()
    {
        var run = GraphRun.Start(Nodes(Http("slow"), Node("end", "terminate", "\"status\": \"failed\", \"message\": \"No stock\", \"continueOnError\": true")));

        Assert.Equal((RunStatus.Failed, "TERMINATED", "No stock"), (run.Status, run.State.Error!.Code, run.State.Error.Message));
        Assert.Equal((StepStatus.Failed, StepStatus.Cancelled), (run.StatusOf("end"), run.StatusOf("slow")));
        Assert.Empty(run.Last.Effects);
    }

    [Theory]
    [InlineData("completed", RunStatus.Completed)]
    [InlineData("failed", RunStatus.Failed)]
    public void A_terminate_inside_of_an_iterator_ends_the_whole_run(string status, RunStatus ended)
    {
        var run = GraphRun.Start(
            Nodes(Iterator(
                "each", "\"items\": [1, 2, 3, 4], \"concurrency\": 3",
                Nodes(Http("work"), Node("end", "terminate", $"\"status\": \"{status}\"")),
                Edges("work>end")), Http("beside"))).Succeed("work", iteration: "1");

        Assert.Equal(ended, run.Status);
        Assert.Equal(
            [StepStatus.Cancelled, StepStatus.Succeeded, StepStatus.Cancelled, null],
            Enumerable.Range(0, 4).Select(place => run.StatusOf("work", $"{place}")));
        Assert.Equal((StepStatus.Cancelled, StepStatus.Cancelled), (run.StatusOf("each"), run.StatusOf("beside")));
        Assert.Empty(run.Running);
    }

    [Fact]
    public void Items_behind_the_one_that_ended_the_run_do_not_begin()
    {
        var run = GraphRun.Start(Nodes(Iterator("each", "\"items\": [1, 2]", Nodes(Node("end", "terminate"), Http("work")))));
        Assert.Equal((RunStatus.Completed, null, null), (run.Status, run.StatusOf("work", "0"), run.StatusOf("end", "1")));
    }

    [Theory]
    [InlineData(RunStatus.Failed, "failed")]
    [InlineData(RunStatus.Cancelled, "cancelled")]
    public void A_step_fails_when_the_run_it_waits_for_does_not_complete(RunStatus ended, string text)
    {
        var run = WaitingForChild();
        run.Step("a").Child = new(Child, ended, Error: ended == RunStatus.Failed ? new("BROKEN", "It broke.") : null);

        Assert.Equal((RunStatus.Failed, StepError.ChildFailed), (run.Advance().Status, run.State.Error!.Code));
        Assert.Contains(text, run.State.Error.Message, StringComparison.Ordinal);
        Assert.Equal(ended == RunStatus.Failed ? "BROKEN" : null, JsonElement.Parse(run.State.Error.Details!).GetProperty("code").GetString());
    }

    [Fact]
    public void A_step_ends_with_the_run_it_waits_for()
    {
        var run = WaitingForChild();
        Assert.Equal((RunStatus.Waiting, null), (run.Status, Advancer.NextDue(run.State)));
        Assert.Equal(RunStatus.Waiting, run.Advance().Status);

        run.Step("a").Child = new(Child, RunStatus.Completed, new("""{"n":1}"""));

        Assert.Equal(RunStatus.Completed, run.Advance().Status);
        Assert.Equal($$$"""{"run_id":"{{{PublicId.Format("fl_run_", Child)}}}","status":"completed","output":{"n":1}}""", run.OutputOf("a"));
    }

    [Fact]
    public void A_step_that_waits_for_a_run_too_long_leaves_it()
    {
        var run = WaitingForChild("\"timeoutMs\": 1000,").After(TimeSpan.FromSeconds(1));
        Assert.Equal((RunStatus.Failed, StepError.StepTimeout), (run.Status, run.State.Error!.Code));
        Assert.Equal("a", Assert.Single(run.Last.AbandonedChildren).Key.NodeId);
    }

    [Fact]
    public void A_step_that_is_called_off_leaves_the_run_it_waits_for()
    {
        var run = WaitingForChild(beside: Http("beside")).Fail("beside");
        Assert.Equal(StepStatus.Cancelled, run.StatusOf("a"));
        Assert.Equal("a", Assert.Single(run.Last.AbandonedChildren).Key.NodeId);
    }

    private static readonly Guid Child = Guid.Parse("019b0000-0000-7000-8000-000000000003");

    private static GraphRun WaitingForChild(string more = "", string? beside = null)
    {
        var node = Node("a", "trigger_workflow", $"{more} \"workflow_id\": \"fl_1\", \"wait\": true");
        return GraphRun.Start(Nodes(beside is null ? [node] : [node, beside])).Advance(new ChildStarted(new("a", ""), 1, new(Child, RunStatus.Pending)));
    }
}
