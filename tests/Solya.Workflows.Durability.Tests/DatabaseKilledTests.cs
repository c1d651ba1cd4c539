using System.Diagnostics;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests;

/// <summary>kill -9 of the private PostgreSQL under load: it comes back, and so does the service, with all that was acknowledged.</summary>
[Collection(ServiceTests.Name)]
public sealed class DatabaseKilledTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_killed_private_server_is_back_within_5_seconds_and_the_service_without_a_restart_within_5_more()
    {
        await using var folder = new ScratchFolder();
        await using var service = ServiceProcess.Start(folder.Settings);
        await service.WaitUntilReadyAsync();
        using var client = service.CreateClient(token: null);
        await using var load = await Load.StartAsync(service);
        await load.AcknowledgesAsync(300);
        var old = folder.ServerPid()!.Value;

        var killedAt = Stopwatch.GetTimestamp();
        Processes.Signal("KILL", Processes.FamilyOf(old));
        await Eventually.TrueAsync(async () => await Answers.HealthAsync(client, "/health/ready") == 503, Limit, "the service says that it is not ready");
        Assert.Equal(200, await Answers.HealthAsync(client, "/health/live"));

        await Eventually.TrueAsync(
            async () => folder.ServerPid() is { } pid && pid != old && await ScratchFolder.AnswersAsync(folder.ConnectionString), Limit, "the server is back");
        var back = Stopwatch.GetElapsedTime(killedAt);
        var backAt = Stopwatch.GetTimestamp();
        await load.AcknowledgesEveryKindAsync(killedAt, Limit);
        await Eventually.TrueAsync(
            async () => await Answers.HealthAsync(client, "/health/ready") == 200, Limit - Stopwatch.GetElapsedTime(backAt), "the service says that it is ready");
        output.WriteLine($"server back after {back}, writes of every kind {Stopwatch.GetElapsedTime(backAt)} later");
        await load.StopAsync();

        Answers.AreSuccessesOr503(load.Writes);
        Assert.All(load.Writes, write => Assert.NotNull(write.Answer));
        await StoredWrites.AgreeAsync(folder.ConnectionString, load.Writes);
    }

    [Fact]
    public async Task A_killed_backend_costs_no_acknowledged_write_and_no_500()
    {
        await using var folder = new ScratchFolder();
        await using var service = ServiceProcess.Start(folder.Settings);
        await service.WaitUntilReadyAsync();
        await using var load = await Load.StartAsync(service);

        // PostgreSQL then ends all other backends too and recovers, under the same postmaster.
        for (var kill = 0; kill < 3; kill++)
        {
            await load.AcknowledgesAsync(200);
            Processes.Signal("KILL", (int)(await ScratchFolder.QueryAsync(
                folder.ConnectionString, "SELECT pid FROM pg_stat_activity WHERE application_name = 'solya-workflows' ORDER BY query_start DESC LIMIT 1"))!);
            await load.AcknowledgesEveryKindAsync(Stopwatch.GetTimestamp(), Limit);
        }

        await load.StopAsync();
        Answers.MetNothingUnexpected(service);
        Answers.AreSuccessesOr503(load.Writes);
        await StoredWrites.AgreeAsync(folder.ConnectionString, load.Writes);
    }
}
