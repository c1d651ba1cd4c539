using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.V1.Runs;

/// <summary>Many runs are moved in one call; each stands or falls alone.</summary>
public class BulkRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/workflow-runs/bulk";
    private const string Waits = """[ { "name": "pay", "type": "external_event", "signalType": "go" } ]""";
    private const string Fails = """[ { "name": "broken", "type": "task", "handler": "state.set", "config": { "x": "{{ input.x }}" } } ]""";

    [Fact]
    public async Task Named_runs_are_cancelled_and_the_others_say_why_not()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);
        var definition = await program.DefineAsync(Waits);
        string[] runs = [await program.StartDefinedAsync(definition), await program.StartDefinedAsync(definition), await program.StartDefinedAsync(definition)];
        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{runs[2]}/cancel", new { }));
        var foreign = await other.StartAsync(Waits);
        var unknown = $"wfrun_{new string('0', 26)}";

        var moved = V1Expect.Success(200, await program.PostAsync(Path, new { action = "cancel", ids = new[] { runs[0], runs[1], runs[0], runs[2], foreign, unknown, "x" } }));

        Assert.Equal(runs[..2], moved["succeeded"]!.AsArray().Select(id => (string?)id));
        var failed = moved["failed"]!.AsObject();
        Assert.Equal(new[] { runs[2], foreign, unknown, "x" }.Order(), failed.Select(reason => reason.Key).Order());
        Assert.Contains("CANCELLED", (string?)failed[runs[2]], StringComparison.Ordinal);
        Assert.Single(new[] { foreign, unknown, "x" }.Select(id => (string?)failed[id]).Distinct());
        await program.UntilAsync(runs[0], "CANCELLED");
        Assert.NotEqual("CANCELLED", (string?)(await other.GetAsync($"/v1/workflow-runs/{foreign}")).Data["status"]);
    }

    [Fact]
    public async Task A_filter_moves_what_the_action_can_move_and_nothing_else()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var failing = await program.DefineAsync(Fails);
        string[] failed = [await program.StartDefinedAsync(failing), await program.StartDefinedAsync(failing)];
        var well = await program.StartDefinedAsync(failing, new { x = 1 });
        foreach (var run in failed)
        {
            await program.UntilAsync(run, "FAILED");
        }

        await program.UntilAsync(well, "COMPLETED");

        var none = await MoveAsync(program, "retry", """{ "errorCode": "OTHER" }""");
        var before = await MoveAsync(program, "retry", """{ "createdBefore": "2020-01-01T00:00:00.000Z" }""");
        var moved = await MoveAsync(program, "retry", $$"""{ "definitionId": "{{failing}}", "errorCode": "EXPRESSION_ERROR", "createdAfter": "2020-01-01T00:00:00.000Z" }""");

        Assert.Empty(none["succeeded"]!.AsArray());
        Assert.Empty(before["succeeded"]!.AsArray());
        Assert.Equal(failed.Reverse(), moved["succeeded"]!.AsArray().Select(id => (string?)id));
        Assert.Empty(moved["failed"]!.AsObject());
    }

    [Fact]
    public async Task Whoever_names_a_status_is_told_why_such_runs_cannot_be_moved()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var well = await program.StartAsync(Fails, new { x = 1 });
        await program.UntilAsync(well, "COMPLETED");

        var named = await MoveAsync(program, "cancel", """{ "status": "COMPLETED" }""");
        var unnamed = await MoveAsync(program, "cancel", "{}");

        Assert.Contains("COMPLETED", (string?)named["failed"]![well], StringComparison.Ordinal);
        Assert.Empty(unnamed["failed"]!.AsObject());
    }

    [Theory]
    [InlineData("""{ "action": "cancel" }""", "ids")]
    [InlineData("""{ "action": "cancel", "ids": ["x"], "filter": {} }""", "filter")]
    [InlineData("""{ "ids": ["x"] }""", "action")]
    [InlineData("""{ "action": "delete", "ids": [] }""", "action", "ids")]
    [InlineData("""{ "action": "retry", "ids": ["x", 1] }""", "ids[1]")]
    [InlineData("""{ "action": "retry", "ids": null }""", "ids")]
    [InlineData("""{ "action": "retry", "filter": { "status": "Failed", "createdAfter": "yesterday", "errorCode": 1 } }""", "filter.status", "filter.createdAfter", "filter.errorCode")]
    public async Task Bad_requests_name_every_bad_field(string body, params string[] paths)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Invalid(await program.PostAsync(Path, body), paths);
    }

    [Fact]
    public async Task More_than_a_thousand_ids_are_refused_and_a_thousand_are_not()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var ids = Enumerable.Range(0, 1_001).Select(i => $"r{i}").ToArray();

        V1Expect.Invalid(await program.PostAsync(Path, new { action = "cancel", ids }), "ids");
        Assert.Equal(1_000, V1Expect.Success(200, await program.PostAsync(Path, new { action = "cancel", ids = ids[1..] }))["failed"]!.AsObject().Count);
    }

    private static async Task<JsonObject> MoveAsync(ProgramOfWorkspace program, string action, string filter)
        => V1Expect.Success(200, await program.PostAsync(Path, $$"""{ "action": "{{action}}", "filter": {{filter}} }"""));
}
