using Npgsql;

namespace Solya.Workflows.Api.Tests.DataPlatform.Runs;

public class HeartbeatTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("PENDING", 60, 24 * 60 * 60)]
    [InlineData("RUNNING", 60, 3 * 60)]
    [InlineData("RUNNING", null, 15 * 60)]
    public async Task The_answer_says_by_when_to_beat_again(string status, int? interval, int seconds)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync(interval is null ? null : new { heartbeatIntervalSeconds = interval });
        await executor.PatchRunAsync(run, new { status });

        var beat = Expect.Ok(await executor.BeatAsync(run));

        Expect.Keys(["id", "status", "nextHeartbeatBy"], beat);
        Assert.Equal((run, status), ((string?)beat["id"], (string?)beat["status"]));
        var heardAt = Expect.Instant((await executor.RunAsync(run))["lastHeartbeatAt"]);
        Assert.Equal(heardAt.AddSeconds(seconds), Expect.Instant(beat["nextHeartbeatBy"]));
    }

    [Fact]
    public async Task A_beat_moves_the_last_sign_of_life_by_the_databases_clock()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));

        Expect.Ok(await executor.BeatAsync(run));

        Assert.True(await api.Database.ScalarAsync<bool>(
            $"SELECT last_heartbeat_at > clock_timestamp() - interval '30 seconds' FROM workflow_runs WHERE id = '{RunRows.KeyOf(run)}'"));
    }

    [Theory]
    [InlineData("CANCELLED")]
    [InlineData("COMPLETED")]
    [InlineData("FAILED")]
    public async Task A_run_that_has_ended_tells_its_executor_to_stop(string status)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status });

        Expect.Error(409, "RUN_NOT_ACTIVE", await executor.BeatAsync(run));
    }

    [Theory]
    [InlineData("WAITING")]
    [InlineData("PAUSED")]
    public async Task A_run_that_waits_stays_as_it_is(string status)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status });

        Assert.Equal(status, (string?)Expect.Ok(await executor.BeatAsync(run))["status"]);
        Assert.Equal(status, (string?)(await executor.RunAsync(run))["status"]);
    }

    [Fact]
    public async Task A_beat_needs_an_organization()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        Expect.Invalid(await executor.Client.PostAsync($"/workflow-runs/{run}/heartbeat", "{}"), "organizationId");
    }

    [Theory]
    [InlineData("status = 'CANCELLED'", 409)]
    [InlineData("status = 'FAILED', error_code = 'ZOMBIE_RUN', swept_from = 'RUNNING'", 200)]
    public async Task A_beat_that_waits_for_the_end_of_the_run_knows_of_it(string end, int status)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status = "RUNNING" });
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            $"UPDATE workflow_runs SET {end}, completed_at = clock_timestamp() WHERE id = '{RunRows.KeyOf(run)}'", connection);
        await command.ExecuteNonQueryAsync();

        var beat = executor.BeatAsync(run);
        await api.Database.SomebodyWaitsAsync();
        await transaction.CommitAsync();

        Assert.Equal(status, (await beat).StatusCode);
        Assert.Equal(status == 200 ? "RUNNING" : "CANCELLED", (string?)(await executor.RunAsync(run))["status"]);
    }
}
