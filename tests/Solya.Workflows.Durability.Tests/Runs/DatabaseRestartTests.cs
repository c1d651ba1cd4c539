namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>PostgreSQL goes away in the middle of everything and comes back: every run completes, and no service is restarted.</summary>
[Collection(ServiceTests.Name)]
public sealed class DatabaseRestartTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("KILL")]
    public async Task Runs_complete_without_a_restart_of_the_service_when_PostgreSQL_was_away(string signal)
    {
        await using var receiver = new Receiver(LeaseTests.DelayAsync);
        var server = await OwnServer.StartNewAsync();
        await using var bench = EngineBench.On(server);
        var service = await bench.StartAsync();
        var client = await bench.ClientOfAsync(service);
        var definition = await client.DefineAsync("all sorts", $$$"""
            [{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms=300"},"retry":{"maxAttempts":10,"backoffMs":100}},
             {"name":"tasks","type":"task","handler":"tasks.create","config":{"domains":["restock"],"minConfidence":0,"perimeter":[{"variantId":"{{ run.id }}","shopId":"s"}]},"retry":{"maxAttempts":10,"backoffMs":100}},
             {"name":"nap","type":"wait","durationMs":500},
             {"name":"paid","type":"external_event","signalType":"paid"},
             {"name":"both","type":"parallel","branches":[
               [{"name":"n1","type":"task","handler":"effect.noop","retry":{"maxAttempts":10,"backoffMs":100}}],
               [{"name":"c2","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms=100"},"retry":{"maxAttempts":10,"backoffMs":100}}]]}]
            """);

        var runs = new List<string>();
        for (var restart = 0; restart < 2; restart++)
        {
            foreach (var _ in Enumerable.Range(0, 40))
            {
                var run = await client.RunAsync(definition);
                Assert.Equal(202, (await client.SignalAsync(run, "paid", new { amount = 1 })).StatusCode);
                runs.Add(run);
            }

            var pid = server.Pid;
            var family = Processes.FamilyOf(pid);
            Processes.Signal(signal, signal == "KILL" ? family : [pid]);
            foreach (var process in family)
            {
                await Processes.GoneAsync(process);
            }

            await server.StartAsync();
            await Eventually.TrueAsync(
                async () => await Answers.HealthAsync(client, "/health/ready") == 200, EngineBench.Patience, "the service is ready again");
        }

        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.False(service.HasExited);
        Assert.Equal($"COMPLETED {runs.Count}", await bench.StatusesAsync());
        Assert.Equal(runs.Count, await bench.CountAsync("tasks WHERE refresh_count = 0"));
        Assert.Equal(runs.Count * 2, receiver.Effects.Distinct().Count());
        await RunInvariants.AssertAsync(bench.Database);
    }
}
