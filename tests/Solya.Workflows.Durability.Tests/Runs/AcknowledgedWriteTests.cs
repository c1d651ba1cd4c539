namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>What <c>/v1</c> has acknowledged is there after kill -9 of the service, and of PostgreSQL.</summary>
[Collection(ServiceTests.Name)]
public sealed class AcknowledgedWriteTests
{
    [Fact]
    public async Task What_v1_acknowledged_is_there_after_the_service_is_killed()
    {
        await using var bench = await EngineBench.CreateAsync();
        var service = await bench.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            var client = await bench.ClientOfAsync(service);
            var written = await WriteAsync(bench, client, round);
            await service.KillAsync();

            service = await bench.StartAsync();
            await StandsAsync(bench, await bench.ClientOfAsync(service), written);
        }
    }

    [Fact]
    public async Task What_v1_acknowledged_is_there_after_PostgreSQL_is_killed()
    {
        var server = await OwnServer.StartNewAsync();
        await using var bench = EngineBench.On(server);
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        for (var round = 0; round < 2; round++)
        {
            var written = await WriteAsync(bench, client, round);
            var family = Processes.FamilyOf(server.Pid);
            Processes.Signal("KILL", family);
            foreach (var process in family)
            {
                await Processes.GoneAsync(process);
            }

            await server.StartAsync();
            await Eventually.TrueAsync(
                async () => (await client.SendAsync(HttpMethod.Get, $"/v1/workflow-runs/{written.Created}")).StatusCode == 200
                    && await Answers.HealthAsync(client, "/health/ready") == 200,
                EngineBench.Patience,
                "the service answers again, without a restart");
            await StandsAsync(bench, client, written);
        }
    }

    private sealed record Written(string Created, string Signalled, string Cancelled, string Decided, string Approval);

    /// <summary>Sends a write of each kind at once; all have been acknowledged when it ends.</summary>
    private static async Task<Written> WriteAsync(EngineBench bench, HttpClient client, int round)
    {
        var waits = await client.DefineAsync($"waits {round}", """[{"name":"a","type":"external_event","signalType":"never"}]""");
        var asks = await client.DefineAsync($"asks {round}", """[{"name":"a","type":"approval"},{"name":"b","type":"external_event","signalType":"never"}]""");
        var (signalled, cancelled, decided) = (await client.RunAsync(waits), await client.RunAsync(waits), await client.RunAsync(asks));
        string? approval = null;
        await Eventually.TrueAsync(
            async () => (approval = (await client.PendingApprovalsAsync()).SingleOrDefault()) is not null, EngineBench.Patience, "the run asks");

        var created = client.StartRunAsync(waits);
        ApiAnswer[] answers = await Task.WhenAll(
            created, client.SignalAsync(signalled, "other", new { kept = round }), client.CancelAsync(cancelled), client.DecideAsync(approval!, "approved"));
        Assert.Equal([201, 202, 200, 200], answers.Select(answer => answer.StatusCode));
        return new((string)answers[0].Data["id"]!, signalled, cancelled, decided, approval!);
    }

    private static async Task StandsAsync(EngineBench bench, HttpClient client, Written written)
    {
        Assert.Equal("CANCELLED", await client.StatusAsync(written.Cancelled));
        Assert.Equal(409, (await client.DecideAsync(written.Approval, "rejected")).StatusCode);
        Assert.Equal(1, await bench.CountAsync($"run_signals WHERE run_id = '{Ids.PublicId.Parse(Ids.PublicId.Run, written.Signalled)}'"));
        // And all of them go on.
        foreach (var run in new[] { written.Created, written.Signalled, written.Decided })
        {
            await Eventually.TrueAsync(async () => await client.StatusAsync(run) == "WAITING", EngineBench.Patience, "the run waits again");
        }

        await bench.EverythingRestsAsync(EngineBench.Patience);
        await RunInvariants.AssertAsync(bench.Database);
    }
}
