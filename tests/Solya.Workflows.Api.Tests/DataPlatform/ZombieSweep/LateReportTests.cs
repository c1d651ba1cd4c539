namespace Solya.Workflows.Api.Tests.DataPlatform.ZombieSweep;

/// <summary>A run that the sweep declared dead and that is heard of after all goes on, with its steps as they were.</summary>
public class LateReportTests(ZombieApi api) : IClassFixture<ZombieApi>
{
    public static TheoryData<string> EveryLateReport() => new("report", "re-execution", "patch", "heartbeat", "run status", "run outcome", "batch report", "batch patch", "keyed report");

    [Theory]
    [MemberData(nameof(EveryLateReport))]
    public async Task A_late_report_reopens_the_run_and_restores_its_steps(string report)
    {
        using var executor = new Executor(api);
        var (run, running, pending) = await SweptRunAsync(executor);

        Expect.Ok(await SendAsync(executor, report, run, running));

        var reopened = await executor.RunAsync(run);
        Assert.Equal("RUNNING", (string?)reopened["status"]);
        Assert.All(["errorCode", "errorMessage", "errorDetails", "completedAt"], field => Assert.Null(reopened[field]));
        foreach (var (step, status) in new[] { (running, "RUNNING"), (pending, "PENDING") })
        {
            var restored = await executor.StepAsync(step);
            Assert.Equal(status, (string?)restored["status"]);
            Assert.All(["errorCode", "errorMessage", "errorDetails", "completedAt", "durationMs"], field => Assert.Null(restored[field]));
        }

        Assert.Empty((await executor.SweepAsync()).Ids());
    }

    [Theory]
    [MemberData(nameof(EveryLateReport))]
    public async Task The_history_holds_the_verdict_and_its_reversal(string report)
    {
        using var executor = new Executor(api);
        var (run, running, _) = await SweptRunAsync(executor);

        Expect.Ok(await SendAsync(executor, report, run, running));

        var history = await api.Database.HistoryAsync(run);
        var swept = Assert.Single(history, line => line.EventType == "workflow.swept");
        var reopened = Assert.Single(history, line => line.EventType == "workflow.reopened");
        Assert.Equal(swept.Sequence + 1, reopened.Sequence);
        Assert.Contains("lastHeartbeatAt", swept.Payload, StringComparison.Ordinal);
        Assert.Contains("reason", reopened.Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_end_of_a_step_is_recorded_on_the_reopened_run()
    {
        using var executor = new Executor(api);
        var (run, running, _) = await SweptRunAsync(executor);

        var answer = Expect.Ok(await executor.PatchAsync(running, new { status = "SUCCEEDED", output = new { late = true } }));

        Assert.Equal("SUCCEEDED", (string?)answer["status"]);
        Assert.Equal("RUNNING", (string?)(await executor.RunAsync(run))["status"]);
        Assert.True((bool)(await executor.StepAsync(running))["output"]!["late"]!);
    }

    [Fact]
    public async Task A_late_end_of_the_run_ends_it_as_reported()
    {
        using var executor = new Executor(api);
        var (run, _, _) = await SweptRunAsync(executor);

        Expect.Ok(await executor.PatchRunAsync(run, new { status = "COMPLETED" }));

        var completed = await executor.RunAsync(run);
        Assert.Equal("COMPLETED", (string?)completed["status"]);
        Assert.All(["errorCode", "errorMessage", "errorDetails"], field => Assert.Null(completed[field]));
    }

    [Fact]
    public async Task A_run_that_was_pending_goes_on_too()
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, TimeSpan.FromHours(1), status: "PENDING");
        Assert.Equal([run], (await executor.SweepAsync()).Ids());

        Assert.Equal("RUNNING", (string?)Expect.Ok(await executor.BeatAsync(run))["status"]);
    }

    [Fact]
    public async Task A_refused_late_patch_leaves_the_verdict()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var done = await executor.StartStepAsync(run, "done", new { status = "SUCCEEDED" });
        await executor.PatchAsync(done, new { retryCount = 3 });
        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
        await executor.SweepAsync();
        var (before, events) = (await executor.RunAsync(run), await api.Database.EventTypesAsync(run));

        Expect.Error(409, "STALE_ATTEMPT", await executor.PatchAsync(done, new { retryCount = 2 }));
        Expect.Error(409, "STEP_ALREADY_FINISHED", await executor.PatchAsync(done, new { status = "RUNNING" }));
        Expect.Error(409, "RUN_NOT_ACTIVE", await executor.PatchRunAsync(run, new { status = "PENDING" }));
        Expect.Ok(await executor.PatchAsync(done));

        Expect.Same(before, await executor.RunAsync(run));
        Assert.Equal(events, await api.Database.EventTypesAsync(run));
    }

    [Fact]
    public async Task Many_late_reports_at_once_reopen_the_run_once()
    {
        using var executor = new Executor(api);
        var (run, running, _) = await SweptRunAsync(executor);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => (i % 4) switch
        {
            0 => executor.BeatAsync(run),
            1 => executor.ReportAsync(run, $"node-{i}"),
            2 => executor.PatchAsync(running, new { logs = $"l{i}" }),
            _ => executor.PatchRunAsync(run, new { status = "RUNNING" }),
        }));

        Assert.All(answers, answer => Expect.Ok(answer));
        Assert.Single(await api.Database.EventTypesAsync(run), type => type == "workflow.reopened");
    }

    [Fact]
    public async Task A_run_that_failed_by_itself_is_not_revived_by_a_heartbeat_or_a_patch()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        await executor.PatchRunAsync(run, new { status = "FAILED" });

        Expect.Error(409, "RUN_NOT_ACTIVE", await executor.BeatAsync(run));
        Expect.Ok(await executor.PatchAsync(step, new { status = "FAILED" }));

        Assert.Equal("FAILED", (string?)(await executor.RunAsync(run))["status"]);
    }

    private async Task<(string Run, string Running, string Pending)> SweptRunAsync(Executor executor)
    {
        var run = await executor.StartRunAsync();
        var running = await executor.StartStepAsync(run, "running", new { startedAt = "2026-05-23T06:00:05Z" });
        var pending = await executor.StartStepAsync(run, "pending", new { status = "PENDING" });
        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
        Assert.Equal([run], (await executor.SweepAsync()).Ids());
        return (run, running, pending);
    }

    private static Task<ApiAnswer> SendAsync(Executor executor, string report, string run, string running) => report switch
    {
        "report" => executor.ReportAsync(run, "late"),
        "re-execution" => executor.ReportAsync(run, "running", new { startedAt = "2026-05-23T06:30:00Z" }),
        "patch" => executor.PatchAsync(running, new { logs = "late" }),
        "heartbeat" => executor.BeatAsync(run),
        "run status" => executor.PatchRunAsync(run, new { status = "RUNNING" }),
        "run outcome" => executor.PatchRunAsync(run, new { outputSummary = new { } }),
        "batch report" => executor.BatchAsync(new { runId = run, step = new { nodeId = "late", nodeType = "ACTION" } }),
        "batch patch" => executor.BatchAsync(new { stepId = running, patch = new { logs = "late" } }),
        "keyed report" => executor.Client.PostAsync($"/workflow-runs/{run}/steps", executor.Report("late"), ("Idempotency-Key", "late")),
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };
}
