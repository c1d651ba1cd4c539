namespace Solya.Workflows.Api.Tests.DataPlatform.ZombieSweep;

/// <summary>What becomes of a run that the sweep declares dead, and of its steps.</summary>
public class ZombieVerdictTests(ZombieApi api) : IClassFixture<ZombieApi>
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task The_answer_tells_of_each_run()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.StartStepAsync(run, "pending", new { status = "PENDING" });
        await executor.StartStepAsync(run, "running");
        await executor.StartStepAsync(run, "done", new { status = "SUCCEEDED" });
        await api.Database.AgeAsync(run, Silence);

        var sweep = await executor.SweepAsync();

        Expect.Keys(["swept", "runs", "successCode"], sweep);
        Assert.Equal((1, "ZOMBIE_RUNS_SWEPT"), ((int)sweep["swept"]!, (string?)sweep["successCode"]));
        var zombie = Assert.Single(sweep["runs"]!.AsArray())!.AsObject();
        Expect.Keys(["id", "organizationId", "lastHeartbeatAt", "deadline", "openSteps"], zombie);
        Assert.Equal((run, executor.Organization, 2), ((string?)zombie["id"], (string?)zombie["organizationId"], (int)zombie["openSteps"]!));
        Assert.Equal(ZombieApi.After, Expect.Instant(zombie["deadline"]) - Expect.Instant(zombie["lastHeartbeatAt"]));
    }

    [Fact]
    public async Task The_run_fails_with_the_evidence()
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, Silence);
        var heard = (await executor.RunAsync(run))["lastHeartbeatAt"];

        var zombie = (await executor.SweepAsync())["runs"]![0]!;

        var failed = await executor.RunAsync(run);
        Assert.Equal(("FAILED", "ZOMBIE_RUN"), ((string?)failed["status"], (string?)failed["errorCode"]));
        var evidence = failed["errorDetails"]!.AsObject();
        Expect.Keys(["lastHeartbeatAt", "deadline", "sweptAt"], evidence);
        Expect.Same(heard, evidence["lastHeartbeatAt"]);
        Expect.Same(zombie["deadline"], evidence["deadline"]);
        Expect.Same(failed["completedAt"], evidence["sweptAt"]);
        Assert.True(Expect.Instant(evidence["sweptAt"]) > Expect.Instant(evidence["deadline"]));
    }

    [Fact]
    public async Task Its_open_steps_fail_likewise_and_the_others_stay()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var pending = await executor.StartStepAsync(run, "pending", new { status = "PENDING" });
        var running = await executor.StartStepAsync(run, "running", new { startedAt = "2026-05-23T06:00:05Z" });
        string[] finished =
        [
            await executor.StartStepAsync(run, "succeeded", new { status = "SUCCEEDED" }), await executor.StartStepAsync(run, "failed", new { status = "FAILED" }),
            await executor.StartStepAsync(run, "skipped", new { status = "SKIPPED" }), await executor.StartStepAsync(run, "cancelled", new { status = "CANCELLED" }),
        ];
        var before = await Task.WhenAll(finished.Select(executor.StepAsync));
        await api.Database.AgeAsync(run, Silence);

        await executor.SweepAsync();

        var evidence = (await executor.RunAsync(run))["errorDetails"];
        foreach (var step in new[] { await executor.StepAsync(pending), await executor.StepAsync(running) })
        {
            Assert.Equal(("FAILED", "ZOMBIE_RUN"), ((string?)step["status"], (string?)step["errorCode"]));
            Expect.Same(evidence, step["errorDetails"]);
            Expect.Same(evidence!["sweptAt"], step["completedAt"]);
            Assert.Equal(
                Math.Max(0, (long)(Expect.Instant(step["completedAt"]) - Expect.Instant(step["startedAt"])).TotalMilliseconds), (long)step["durationMs"]!);
        }

        foreach (var (old, now) in before.Zip(await Task.WhenAll(finished.Select(executor.StepAsync))))
        {
            Expect.Same(old, now);
        }
    }

    [Fact]
    public async Task A_run_is_swept_once()
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, Silence);

        Assert.Equal([run], (await executor.SweepAsync()).Ids());
        Assert.Empty((await executor.SweepAsync()).Ids());
        Assert.Single(await api.Database.EventTypesAsync(run), type => type == "workflow.swept");
    }

    [Fact]
    public async Task Two_sweeps_at_once_share_the_work_and_report_no_run_twice()
    {
        using var executor = new Executor(api);
        var runs = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            runs.Add(await executor.StartSilentRunAsync(api.Database, Silence));
        }

        var sweeps = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => executor.SweepAsync(new { limit = 20 })));
        var last = await executor.SweepAsync();

        var reported = sweeps.Append(last).SelectMany(sweep => sweep.Ids()).ToList();
        Assert.Equal(runs.Order(), reported.Order());
        Assert.All(sweeps, sweep => Assert.Equal(sweep.Ids().Length, (int)sweep["swept"]!));
        foreach (var run in runs)
        {
            Assert.Single(await api.Database.EventTypesAsync(run), type => type == "workflow.swept");
        }
    }

    [Fact]
    public async Task A_run_that_is_being_reported_on_is_not_the_sweeps_to_judge()
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, Silence);
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var report = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            $"UPDATE workflow_runs SET last_heartbeat_at = clock_timestamp() WHERE id = '{RunRows.KeyOf(run)}'", connection);
        await command.ExecuteNonQueryAsync();

        Assert.Empty((await executor.SweepAsync()).Ids());
        await report.CommitAsync();
        Assert.Empty((await executor.SweepAsync()).Ids());

        Assert.Equal("RUNNING", (string?)(await executor.RunAsync(run))["status"]);
    }
}
