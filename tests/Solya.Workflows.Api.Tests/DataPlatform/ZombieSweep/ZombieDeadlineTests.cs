namespace Solya.Workflows.Api.Tests.DataPlatform.ZombieSweep;

/// <summary>How long a run may be silent before the sweep takes it.</summary>
public class ZombieDeadlineTests(ZombieApi api) : IClassFixture<ZombieApi>
{
    [Theory]
    [InlineData("RUNNING", null, 55, false)]
    [InlineData("RUNNING", null, 61, true)]
    [InlineData("RUNNING", 20, 55, false)]
    [InlineData("RUNNING", 20, 61, true)]
    [InlineData("RUNNING", 1, 4, true)]
    [InlineData("RUNNING", 3600, 3 * 3600 - 30, false)]
    [InlineData("RUNNING", 3600, 3 * 3600 + 1, true)]
    [InlineData("PENDING", null, 595, false)]
    [InlineData("PENDING", null, 601, true)]
    [InlineData("PENDING", 20, 595, false)]
    [InlineData("PENDING", 20, 601, true)]
    public async Task A_run_is_swept_after_its_deadline_and_not_before(string status, int? interval, int silentSeconds, bool isZombie)
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(
            api.Database, TimeSpan.FromSeconds(silentSeconds), interval is null ? null : new { heartbeatIntervalSeconds = interval }, status);

        var sweep = await executor.SweepAsync();

        Assert.Equal(isZombie, sweep.Ids().Contains(run));
        Assert.Equal(isZombie ? "FAILED" : status, (string?)(await executor.RunAsync(run))["status"]);
    }

    [Theory]
    [InlineData("WAITING")]
    [InlineData("PAUSED")]
    [InlineData("COMPLETED")]
    [InlineData("FAILED")]
    [InlineData("CANCELLED")]
    public async Task A_run_of_another_status_is_never_swept(string status)
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, TimeSpan.FromDays(300), new { heartbeatIntervalSeconds = 1 }, status);
        var before = await executor.RunAsync(run);

        Assert.Empty((await executor.SweepAsync()).Ids());

        Expect.Same(before, await executor.RunAsync(run));
    }

    [Fact]
    public async Task A_sign_of_life_of_any_kind_puts_the_deadline_off()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        Func<Task<ApiAnswer>>[] signs =
        [
            () => executor.BeatAsync(run),
            () => executor.ReportAsync(run, "another"),
            () => executor.PatchAsync(step, new { logs = "l" }),
            () => executor.PatchRunAsync(run, new { outputSummary = new { } }),
            () => executor.BatchAsync(new { stepId = step, patch = new { logs = "m" } }),
        ];
        foreach (var sign in signs)
        {
            await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
            Expect.Ok(await sign());

            Assert.Empty((await executor.SweepAsync()).Ids());
        }
    }

    [Fact]
    public async Task The_deadline_told_by_a_heartbeat_is_the_sweeps()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync(new { heartbeatIntervalSeconds = 20 });
        await executor.StartStepAsync(run);

        var told = Expect.Instant(Expect.Ok(await executor.BeatAsync(run))["nextHeartbeatBy"]);
        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
        var heard = Expect.Instant((await executor.RunAsync(run))["lastHeartbeatAt"]);
        var zombie = Assert.Single((await executor.SweepAsync())["runs"]!.AsArray())!.AsObject();

        Assert.InRange(told - heard, TimeSpan.FromMinutes(61) - TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(61));
        Assert.Equal(heard.AddSeconds(60), Expect.Instant(zombie["deadline"]));
        Assert.Equal(heard, Expect.Instant(zombie["lastHeartbeatAt"]));
    }
}
