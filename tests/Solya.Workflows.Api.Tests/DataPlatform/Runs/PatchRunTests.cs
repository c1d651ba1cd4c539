using Solya.Workflows.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.Tests.DataPlatform.Runs;

public class PatchRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_end_with_its_time_is_recorded_and_answered_with_three_keys()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        var answer = Expect.Ok(await executor.PatchRunAsync(
            run, new { status = "COMPLETED", completedAt = "2026-05-23T06:05:00.1239Z", outputSummary = new { tasksCreated = 2 } }));

        Expect.Keys(["completedAt", "id", "status"], answer);
        Assert.Equal("2026-05-23T06:05:00.123Z", (string?)answer["completedAt"]);
        Assert.Equal("COMPLETED", (string?)answer["status"]);
        var recorded = await executor.RunAsync(run);
        Expect.Same(answer["completedAt"], recorded["completedAt"]);
        Assert.Equal(2, (int)recorded["outputSummary"]!["tasksCreated"]!);
    }

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("FAILED")]
    [InlineData("CANCELLED")]
    public async Task An_end_without_a_time_gets_the_servers_and_a_repeat_keeps_it(string status)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var before = api.Clock.GetUtcNow();

        var first = Expect.Ok(await executor.PatchRunAsync(run, new { status }));
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        var second = Expect.Ok(await executor.PatchRunAsync(run, new { status }));

        Assert.InRange(Expect.Instant(first["completedAt"]), before.AddMilliseconds(-1), before.AddSeconds(30));
        Expect.Same(first["completedAt"], second["completedAt"]);
    }

    [Fact]
    public async Task The_organization_may_be_left_out_and_is_checked_when_given()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        Expect.Ok(await executor.Client.PatchAsync($"/workflow-runs/{run}", """{ "status": "RUNNING" }"""));
        Expect.Error(404, "RECORD_NOT_FOUND", await executor.Client.PatchAsync(
            $"/workflow-runs/{run}", """{ "organizationId": "somebody else", "status": "COMPLETED" }"""));
        Expect.Invalid(await executor.Client.PatchAsync($"/workflow-runs/{run}", """{ "organizationId": null }"""), "organizationId");

        Assert.Equal("RUNNING", (string?)(await executor.RunAsync(run))["status"]);
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public async Task Every_status_can_be_reported_where_the_core_allows_it_and_nowhere_else(RunStatus from, RunStatus reported)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        if (from != RunStatus.Pending)
        {
            Expect.Ok(await executor.PatchRunAsync(run, new { status = from.Text() }));
        }

        var before = await executor.RunAsync(run);
        var answer = await executor.PatchRunAsync(run, new { status = reported.Text() });

        if (RunTransitions.Next(from, RunTransitions.TriggerOf(reported)) is { } next)
        {
            Assert.Equal(next.Text(), (string?)Expect.Ok(answer)["status"]);
            Assert.Equal(next.IsTerminal(), answer.Data["completedAt"] is not null);
        }
        else
        {
            Expect.Error(409, "RUN_NOT_ACTIVE", answer);
            Expect.Same(before, await executor.RunAsync(run));
        }
    }

    public static IEnumerable<object[]> EveryPair()
        => from status in Enum.GetValues<RunStatus>() from reported in Enum.GetValues<RunStatus>() select new object[] { status, reported };

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("CANCELLED")]
    public async Task Completed_and_cancelled_are_final(string final)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status = final });

        foreach (var other in Enum.GetValues<RunStatus>().Select(status => status.Text()).Where(status => status != final))
        {
            Expect.Error(409, "RUN_NOT_ACTIVE", await executor.PatchRunAsync(run, new { status = other }));
        }

        Assert.Equal(final, (string?)(await executor.RunAsync(run))["status"]);
    }

    [Fact]
    public async Task A_failed_run_can_be_retried_and_its_error_is_gone()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status = "FAILED", errorCode = "BOOM", errorMessage = "It broke" });

        var answer = Expect.Ok(await executor.PatchRunAsync(run, new { status = "RUNNING" }));

        Assert.Null(answer["completedAt"]);
        var recorded = await executor.RunAsync(run);
        Assert.Equal("RUNNING", (string?)recorded["status"]);
        Assert.Null(recorded["errorCode"]);
        Assert.Null(recorded["errorMessage"]);
        Assert.Equal("workflow.reopened", (await api.Database.EventTypesAsync(run))[^1]);
    }

    [Fact]
    public async Task Null_clears_what_may_be_cleared_and_absent_leaves_it()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync(new { triggerContext = new { a = 1 } });
        await executor.PatchRunAsync(run, new { errorCode = "E", errorMessage = "m", outputSummary = new { b = 2 } });

        Expect.Ok(await executor.PatchRunAsync(run, new { errorMessage = "n" }));
        var kept = await executor.RunAsync(run);
        Assert.Equal(("E", "n"), ((string?)kept["errorCode"], (string?)kept["errorMessage"]));
        Assert.Equal((1, 2), ((int)kept["triggerContext"]!["a"]!, (int)kept["outputSummary"]!["b"]!));

        Expect.Ok(await executor.Client.PatchAsync(
            $"/workflow-runs/{run}", """{ "errorCode": null, "errorMessage": null, "outputSummary": null, "triggerContext": null }"""));
        var cleared = await executor.RunAsync(run);
        Assert.All(["errorCode", "errorMessage", "outputSummary", "triggerContext"], field => Assert.Null(cleared[field]));
    }

    [Theory]
    [InlineData("""{ "status": null }""", "status")]
    [InlineData("""{ "completedAt": null }""", "completedAt")]
    [InlineData("""{ "status": "SUCCEEDED" }""", "status")]
    [InlineData("""{ "status": "RUNNING", "completedAt": "2026-05-23T06:05:00Z" }""", "completedAt")]
    [InlineData("""{ "completedAt": "2026-05-23T06:05:00+00:00" }""", "completedAt")]
    [InlineData("""{ "outputSummary": "text", "triggerContext": 5, "errorMessage": false }""", "outputSummary", "triggerContext", "errorMessage")]
    public async Task A_bad_field_is_named_and_nothing_changes(string body, params string[] fields)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var before = await executor.RunAsync(run);

        Expect.Invalid(await executor.Client.PatchAsync($"/workflow-runs/{run}", body), fields);
        Expect.Same(before, await executor.RunAsync(run));
    }

    [Fact]
    public async Task A_patch_that_names_nothing_changes_nothing()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var before = await executor.RunAsync(run);

        Expect.Ok(await executor.PatchRunAsync(run));

        Expect.Same(before, await executor.RunAsync(run));
    }

    [Fact]
    public async Task Of_two_ends_at_once_one_wins_and_the_other_is_told()
    {
        using var executor = new Executor(api);
        for (var round = 0; round < 10; round++)
        {
            var run = await executor.StartRunAsync();

            var answers = await Task.WhenAll(
                executor.PatchRunAsync(run, new { status = "COMPLETED" }), executor.PatchRunAsync(run, new { status = "CANCELLED" }));

            var winner = Assert.Single(answers, answer => answer.StatusCode == 200);
            Expect.Error(409, "RUN_NOT_ACTIVE", Assert.Single(answers, answer => answer.StatusCode != 200));
            Expect.Same(winner.Data["status"], (await executor.RunAsync(run))["status"]);
        }
    }
}
