using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Events;

/// <summary>The history of a run as a list, and its steps.</summary>
public class EventTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string ThreeSteps =
        """
        [ { "name": "zeta", "type": "task", "handler": "state.set", "config": { "a": 1 } },
          { "name": "alpha", "type": "task", "handler": "state.set", "config": { "b": 2 } },
          { "name": "mid", "type": "task", "handler": "state.set", "config": { "c": 3 } } ]
        """;

    [Fact]
    public async Task The_history_is_gapless_oldest_first_and_names_steps()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(ThreeSteps);
        await program.UntilAsync(run, "COMPLETED");

        var answer = await program.GetAsync($"/v1/workflow-runs/{run}/events?pageSize=100");
        var total = (long)answer.Body["meta"]!["total"]!;
        var events = V1Expect.List(answer, 1, 100, total, 1);

        Assert.Equal(Enumerable.Range(1, (int)total).Select(i => (long)i), events.Select(e => (long)e!["sequence"]!));
        Assert.All(events, e => Expect.Keys(["id", "sequence", "eventType", "stepName", "status", "payload", "createdAt"], e!.AsObject()));
        Assert.All(events, e => Assert.Matches("^evt_[0-9a-z]{26}$", (string?)e!["id"]));
        Assert.Equal(total, events.Select(e => (string?)e!["id"]).Distinct().Count());
        Assert.Equal(("workflow.created", null), ((string?)events[0]!["eventType"], (string?)events[0]!["stepName"]));
        Assert.Equal("workflow.completed", (string?)events[^1]!["eventType"]);
        Assert.Equal(["zeta", "alpha", "mid"], events.Where(e => (string?)e!["eventType"] == "step.completed").Select(e => (string?)e!["stepName"]));
    }

    [Fact]
    public async Task Pages_and_places_are_ranges_of_the_history()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(ThreeSteps);
        await program.UntilAsync(run, "COMPLETED");
        var path = $"/v1/workflow-runs/{run}/events";
        var total = (long)(await program.GetAsync(path)).Body["meta"]!["total"]!;
        var pages = (total + 1) / 2;

        var second = V1Expect.List(await program.GetAsync($"{path}?page=2&pageSize=2"), 2, 2, total, pages);
        var after = V1Expect.List(await program.GetAsync($"{path}?after=2&pageSize=2"), null, 2, total, pages);
        var past = V1Expect.List(await program.GetAsync($"{path}?page=2147483647&pageSize=100"), int.MaxValue, 100, total, 1);
        var far = V1Expect.List(await program.GetAsync($"{path}?after=9223372036854775807"), null, 20, total, (total + 19) / 20);

        Assert.Equal([3, 4], second.Select(e => (long)e!["sequence"]!));
        Assert.True(JsonNode.DeepEquals(second, after));
        Assert.Empty(past);
        Assert.Empty(far);
    }

    [Theory]
    [InlineData("events?page=0", "page")]
    [InlineData("events?pageSize=101", "pageSize")]
    [InlineData("events?after=-1", "after")]
    [InlineData("events?after=x", "after")]
    [InlineData("events?after=1&page=1", "after")]
    [InlineData("steps?page=x&pageSize=0", "page", "pageSize")]
    public async Task Bad_queries_are_refused(string query, params string[] paths)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Invalid(await program.GetAsync($"/v1/workflow-runs/{await program.StartAsync(ThreeSteps)}/{query}"), paths);
    }

    [Fact]
    public async Task Steps_stand_in_the_order_of_their_definition()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(ThreeSteps);
        await program.UntilAsync(run, "COMPLETED");

        var all = V1Expect.List(await program.GetAsync($"/v1/workflow-runs/{run}/steps"), 1, 20, 3, 1);
        var last = V1Expect.List(await program.GetAsync($"/v1/workflow-runs/{run}/steps?page=2&pageSize=2"), 2, 2, 3, 2);

        Assert.Equal(["zeta", "alpha", "mid"], all.Select(step => (string?)step!["stepName"]));
        Assert.Equal("mid", (string?)Assert.Single(last)!["stepName"]);
        Assert.True(JsonNode.DeepEquals((await program.GetAsync($"/v1/workflow-runs/{run}")).Data["stepRuns"], all));
    }

    [Theory]
    [InlineData("events")]
    [InlineData("events/stream")]
    [InlineData("steps")]
    [InlineData("explain")]
    public async Task Runs_of_others_and_no_runs_are_unknown_alike(string what)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);
        var run = await other.StartAsync(ThreeSteps);

        var foreign = await program.GetAsync($"/v1/workflow-runs/{run}/{what}");
        var nothing = await program.GetAsync($"/v1/workflow-runs/wfrun_{new string('0', 26)}/{what}");

        V1Expect.Error(404, "NOT_FOUND", foreign);
        Assert.Equal(foreign.Text, nothing.Text);
        Assert.Equal(foreign.Text, (await program.GetAsync($"/v1/workflow-runs/%F0%9F%90%9F/{what}")).Text);
    }

    [Fact]
    public async Task A_reported_run_has_its_history_here_too()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var executor = new Executor(api, program.WorkspaceId);
        var run = await executor.StartRunAsync();
        await executor.StartStepAsync(run, "node-1");

        var events = V1Expect.List(await program.GetAsync($"/v1/workflow-runs/{run}/events"), 1, 20, 2, 1);

        Assert.Equal(("step.reported", "node-1", "RUNNING"), ((string?)events[1]!["eventType"], (string?)events[1]!["stepName"], (string?)events[1]!["status"]));
        Assert.Equal("node-1", (string?)Assert.Single(V1Expect.List(await program.GetAsync($"/v1/workflow-runs/{run}/steps"), 1, 20, 1, 1))!["stepName"]);
    }
}
