namespace Solya.Workflows.Api.Tests.DataPlatform.Steps;

public class CreateStepTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_smallest_report_starts_a_step_now_and_a_pending_run_with_it()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        var answer = Expect.Ok(await executor.ReportAsync(run, "node-1"));

        Expect.Keys(["stepId", "status", "retryCount"], answer);
        Assert.Matches("^wfstep_[0-9a-hjkmnp-tv-z]{26}$", (string?)answer["stepId"]);
        Assert.Equal(("RUNNING", 0), ((string?)answer["status"], (int)answer["retryCount"]!));
        var recorded = await executor.RunAsync(run);
        Assert.Equal("RUNNING", (string?)recorded["status"]);
        Assert.NotNull(recorded["startedAt"]);
        var started = Expect.Instant(recorded["steps"]![0]!["startedAt"]);
        Assert.InRange(started, api.Clock.GetUtcNow().AddSeconds(-30), api.Clock.GetUtcNow());
    }

    [Theory]
    [InlineData("WAITING")]
    [InlineData("PAUSED")]
    [InlineData("RUNNING")]
    public async Task A_run_that_is_not_pending_stays_what_it_is(string status)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status });

        await executor.StartStepAsync(run);

        Assert.Equal(status, (string?)(await executor.RunAsync(run))["status"]);
    }

    [Fact]
    public async Task Twenty_reports_of_one_node_at_once_make_one_step()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => executor.ReportAsync(
            run, "raced", i % 2 == 0 ? null : new { startedAt = $"2026-05-23T06:00:{i:00}Z" })));

        var id = Assert.Single(answers.Select(answer => (string?)Expect.Ok(answer)["stepId"]).Distinct());
        var step = Assert.Single((await executor.RunAsync(run))["steps"]!.AsArray());
        Assert.Equal(id, (string?)step!["stepId"]);
    }

    [Fact]
    public async Task The_same_node_in_two_runs_is_two_steps()
    {
        using var executor = new Executor(api);

        Assert.NotEqual(await executor.StartStepAsync(), await executor.StartStepAsync());
    }

    [Theory]
    [InlineData("SUCCEEDED")]
    [InlineData("FAILED")]
    [InlineData("SKIPPED")]
    [InlineData("CANCELLED")]
    public async Task A_step_that_arrives_finished_gets_the_servers_completion_time(string status)
    {
        using var executor = new Executor(api);
        var before = api.Clock.GetUtcNow();

        var step = await executor.StepAsync(await executor.StartStepAsync(new { status, startedAt = "2026-05-23T06:00:05.000Z" }));

        Assert.Equal(status, (string?)step["status"]);
        var completed = Expect.Instant(step["completedAt"]);
        Assert.InRange(completed, before.AddMilliseconds(-1), api.Clock.GetUtcNow());
        Assert.Equal((long)(completed - Expect.Instant(step["startedAt"])).TotalMilliseconds, (long)step["durationMs"]!);
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("RUNNING")]
    public async Task A_step_that_has_not_finished_has_no_completion_time(string status)
    {
        using var executor = new Executor(api);

        var step = await executor.StepAsync(await executor.StartStepAsync(new { status }));

        Assert.Equal(status, (string?)step["status"]);
        Assert.Null(step["completedAt"]);
        Assert.Null(step["durationMs"]);
    }

    [Fact]
    public async Task A_step_shows_all_its_fields()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        var step = await executor.StepAsync(await executor.StartStepAsync(
            run, "n", new { actionType = "SEND_EMAIL", resolvedInput = new { to = "a@b" }, startedAt = "2026-05-23T06:00Z" }));

        Expect.Keys(
            [
                "stepId", "runId", "organizationId", "nodeId", "nodeType", "actionType", "status", "retryCount", "resolvedInput", "output",
                "errorCode", "errorMessage", "errorDetails", "logs", "startedAt", "completedAt", "durationMs", "createdAt", "updatedAt",
            ],
            step);
        Assert.Equal((run, "n", "ACTION", "SEND_EMAIL"), ((string?)step["runId"], (string?)step["nodeId"], (string?)step["nodeType"], (string?)step["actionType"]));
        Assert.Equal("a@b", (string?)step["resolvedInput"]!["to"]);
        Assert.Equal("2026-05-23T06:00:00.000Z", (string?)step["startedAt"]);
    }

    [Fact]
    public async Task Every_report_counts_as_the_runs_heartbeat_a_redelivery_too()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        for (var delivery = 0; delivery < 2; delivery++)
        {
            await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
            await executor.StartStepAsync(run, "n", new { startedAt = "2026-05-23T06:00:05Z" });

            Assert.True(await HeardJustNowAsync(run));
        }

        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
        Expect.Invalid(await executor.ReportAsync(run, ""), "nodeId");
        Assert.False(await HeardJustNowAsync(run));
    }

    [Fact]
    public async Task An_action_needs_no_action_type_and_a_trigger_must_not_have_one()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        Expect.Ok(await executor.ReportAsync(run, "action"));
        Expect.Ok(await executor.ReportAsync(run, "action with null", new { actionType = (string?)null }));
        Expect.Ok(await executor.ReportAsync(run, "trigger", new { nodeType = "TRIGGER" }));
        Expect.Ok(await executor.ReportAsync(run, "trigger with null", new { nodeType = "TRIGGER", actionType = (string?)null }));
        Expect.Invalid(await executor.ReportAsync(run, "bad", new { nodeType = "TRIGGER", actionType = "SEND_EMAIL" }), "actionType");
        Assert.Equal(4, (await executor.RunAsync(run))["steps"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("{}", "organizationId", "nodeId", "nodeType")]
    [InlineData("""{ "organizationId": "o", "nodeId": "", "nodeType": "action" }""", "nodeId", "nodeType")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n", "nodeType": null }""", "nodeType")]
    [InlineData("""{ "organizationId": "o", "nodeId": 1, "nodeType": "ACTION" }""", "nodeId")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n", "nodeType": "ACTION", "actionType": "NONE" }""", "actionType")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n", "nodeType": "ACTION", "resolvedInput": null }""", "resolvedInput")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n", "nodeType": "ACTION", "resolvedInput": [] }""", "resolvedInput")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n", "nodeType": "ACTION", "startedAt": null, "status": null }""", "startedAt", "status")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n", "nodeType": "ACTION", "status": "COMPLETED" }""", "status")]
    [InlineData("""{ "organizationId": "o", "nodeId": "n\u0000", "nodeType": "ACTION" }""", "nodeId")]
    public async Task A_bad_field_is_named_and_no_step_is_made(string body, params string[] fields)
    {
        using var executor = new Executor(api, "o");
        var run = await executor.StartRunAsync();

        Expect.Invalid(await executor.Client.PostAsync($"/workflow-runs/{run}/steps", body), fields);

        Assert.Empty((await executor.RunAsync(run))["steps"]!.AsArray());
        Assert.Equal("PENDING", (string?)(await executor.RunAsync(run))["status"]);
    }

    [Theory]
    [InlineData("2024-02-29T23:59Z", "2024-02-29T23:59:00.000Z")]
    [InlineData("2026-05-23T06:00:05.1Z", "2026-05-23T06:00:05.100Z")]
    [InlineData("2026-05-23T06:00:05.99999999999Z", "2026-05-23T06:00:05.999Z")]
    public async Task A_start_is_cut_to_the_millisecond(string sent, string recorded)
    {
        using var executor = new Executor(api);

        Assert.Equal(recorded, (string?)(await executor.StepAsync(await executor.StartStepAsync(new { startedAt = sent })))["startedAt"]);
    }

    [Theory]
    [InlineData("2026-05-23T06:00:05")]
    [InlineData("2026-05-23T06:00:05z")]
    [InlineData("2026-05-23T06:00:05+00:00")]
    [InlineData("2026-05-23 06:00:05Z")]
    [InlineData("2026-02-29T06:00:05Z")]
    [InlineData("2026-04-31T06:00:05Z")]
    [InlineData("2026-05-23T24:00:00Z")]
    [InlineData("2026-05-23T06:00:60Z")]
    [InlineData("2026-05-23T06:00:05.Z")]
    [InlineData("2026-05-23T06:00:05Z\n")]
    [InlineData("٢٠٢٦-05-23T06:00:05Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("")]
    public async Task A_start_that_is_no_utc_date_time_is_refused(string sent)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        Expect.Invalid(await executor.ReportAsync(run, fields: new { startedAt = sent }), "startedAt");
    }

    private Task<bool> HeardJustNowAsync(string run) => api.Database.ScalarAsync<bool>(
        $"SELECT last_heartbeat_at > clock_timestamp() - interval '30 seconds' FROM workflow_runs WHERE id = '{RunRows.KeyOf(run)}'");
}
