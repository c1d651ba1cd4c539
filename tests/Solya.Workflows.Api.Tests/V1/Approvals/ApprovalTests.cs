using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Approvals;

/// <summary>A run that asks is PAUSED until a person has decided, once.</summary>
public class ApprovalTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/approval-requests";

    private const string Asks =
        """
        [ { "name": "draft", "type": "task", "handler": "state.set", "config": { "text": "Hi" } },
          { "name": "review", "type": "approval", "prompt": "Send {{ state.text }}?", "contentKey": "text", "approvers": ["sam"] },
          { "name": "send", "type": "task", "handler": "state.set", "config": { "sent": "{{ state.text }}" } } ]
        """;

    [Fact]
    public async Task A_question_is_listed_and_read()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(program);

        var listed = Assert.Single(V1Expect.List(await program.GetAsync($"{Path}?pending=true&runId={run}"), 1, 20, 1, 1))!.AsObject();
        var read = V1Expect.Success(200, await program.GetAsync($"{Path}/{id}"));

        Assert.True(JsonNode.DeepEquals(listed, read));
        Expect.Keys(
            [
                "id", "runId", "stepRunId", "stepName", "status", "prompt", "contentKey", "content", "approvers", "editedContent", "decidedBy", "expiresAt",
                "createdAt", "decidedAt",
            ],
            read);
        Assert.Equal(
            (run, "review", "PENDING", "Send Hi?", "text", "Hi", """["sam"]"""),
            ((string?)read["runId"], (string?)read["stepName"], (string?)read["status"], (string?)read["prompt"], (string?)read["contentKey"], (string?)read["content"], read["approvers"]!.ToJsonString()));
        Assert.Empty(V1Expect.List(await program.GetAsync($"{Path}?pending=false"), 1, 20, 0, 0));
        Assert.Empty(V1Expect.List(await program.GetAsync($"{Path}?runId=nothing"), 1, 20, 0, 0));
    }

    [Fact]
    public async Task An_approved_run_goes_on_and_a_second_decision_conflicts()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(program);

        var decided = V1Expect.Success(200, await program.PostAsync($"{Path}/{id}/decide", new { decision = "approved", decidedBy = "sam" }));

        Assert.Equal(("APPROVED", "sam"), ((string?)decided["status"], (string?)decided["decidedBy"]));
        Assert.NotNull(decided["decidedAt"]);
        V1Expect.Error(409, "CONFLICT", await program.PostAsync($"{Path}/{id}/decide", new { decision = "rejected" }));
        var ended = await program.UntilAsync(run, "COMPLETED");
        Assert.Equal("Hi", (string?)ended["output"]!["sent"]);
        Assert.Single(V1Expect.List(await program.GetAsync($"{Path}?pending=false"), 1, 20, 1, 1));
    }

    [Fact]
    public async Task A_rejected_run_fails()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(program);

        V1Expect.Success(200, await program.PostAsync($"{Path}/{id}/decide", new { decision = "rejected" }));

        Assert.Equal("APPROVAL_REJECTED", (string?)(await program.UntilAsync(run, "FAILED"))["error"]!["code"]);
    }

    [Theory]
    [InlineData("\"Hello\"")]
    [InlineData("""{ "b": 1.50, "a": [null] }""")]
    [InlineData("null")]
    [InlineData("false")]
    public async Task An_edited_run_goes_on_with_what_it_was_edited_to(string content)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(program);

        var decided = await program.PostAsync($"{Path}/{id}/decide", $$"""{ "decision": "edited", "editedContent": {{content}} }""");

        Assert.Equal("EDITED", (string?)V1Expect.Success(200, decided)["status"]);
        Assert.Contains($"\"editedContent\":{content},", decided.Text, StringComparison.Ordinal);
        var ended = await program.UntilAsync(run, "COMPLETED");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(content), ended["output"]!["sent"]), ended.ToJsonString());
    }

    [Fact]
    public async Task Of_ten_decisions_at_once_one_stands()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(program);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => program.PostAsync($"{Path}/{id}/decide", new { decision = "approved", decidedBy = $"p{i}" })));

        var winner = Assert.Single(answers, answer => answer.StatusCode == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => V1Expect.Error(409, "CONFLICT", answer));
        Assert.Equal(winner.Text, (await program.GetAsync($"{Path}/{id}")).Text);
        await program.UntilAsync(run, "COMPLETED");
    }

    [Fact]
    public async Task A_question_of_a_cancelled_run_takes_no_decision()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(program);
        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/cancel", new { }));

        V1Expect.Error(409, "CONFLICT", await program.PostAsync($"{Path}/{id}/decide", new { decision = "approved" }));
        Assert.Equal("CANCELLED", (string?)(await program.GetAsync($"{Path}/{id}")).Data["status"]);
    }

    [Fact]
    public async Task Questions_of_others_are_unknown()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);
        var (run, id) = await AskAsync(other);

        var foreign = await program.GetAsync($"{Path}/{id}");

        V1Expect.Error(404, "NOT_FOUND", foreign);
        Assert.Equal(foreign.Text, (await program.GetAsync($"{Path}/nothing")).Text);
        Assert.Equal(foreign.Text, (await program.PostAsync($"{Path}/{id}/decide", new { decision = "approved" })).Text);
        Assert.Equal(foreign.Text, (await program.PostAsync($"{Path}/nothing/decide", new { decision = "approved" })).Text);
        Assert.Empty(V1Expect.List(await program.GetAsync($"{Path}?runId={run}"), 1, 20, 0, 0));
    }

    [Theory]
    [InlineData("{}", "decision")]
    [InlineData("""{ "decision": "APPROVED" }""", "decision")]
    [InlineData("""{ "decision": "edited" }""", "editedContent")]
    [InlineData("""{ "decision": "approved", "editedContent": null }""", "editedContent")]
    [InlineData("""{ "decision": "rejected", "editedContent": 1, "decidedBy": "" }""", "editedContent", "decidedBy")]
    [InlineData("""{ "decision": null, "decidedBy": null }""", "decision", "decidedBy")]
    public async Task Bad_decisions_name_every_bad_field_and_decide_nothing(string body, params string[] paths)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var (_, id) = await AskAsync(program);

        V1Expect.Invalid(await program.PostAsync($"{Path}/{id}/decide", body), paths);
        Assert.Equal("PENDING", (string?)(await program.GetAsync($"{Path}/{id}")).Data["status"]);
    }

    [Theory]
    [InlineData("pending=yes", "pending")]
    [InlineData("pending=", "pending")]
    [InlineData("page=0", "page")]
    [InlineData("cursor=wfrun_x", "cursor")]
    public async Task Bad_queries_are_refused(string query, string path)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Invalid(await program.GetAsync($"{Path}?{query}"), path);
    }

    [Fact]
    public async Task A_cursor_goes_on_behind_the_page_before()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var older = (await AskAsync(program)).Id;
        var newer = (await AskAsync(program)).Id;

        var first = V1Expect.List(await program.GetAsync($"{Path}?pageSize=1"), 1, 1, 2, 2);
        var second = V1Expect.List(await program.GetAsync($"{Path}?pageSize=1&cursor={newer}"), null, 1, 2, 2);

        Assert.Equal((newer, older), ((string?)first[0]!["id"], (string?)second[0]!["id"]));
    }

    private static async Task<(string Run, string Id)> AskAsync(ProgramOfWorkspace program)
    {
        var run = await program.StartAsync(Asks);
        await program.UntilAsync(run, "PAUSED");
        var answer = await program.GetAsync($"{Path}?runId={run}");
        return (run, (string)Assert.Single(answer.Body["data"]!.AsArray())!["id"]!);
    }
}
