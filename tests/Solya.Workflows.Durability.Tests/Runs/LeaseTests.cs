using System.Globalization;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>A run belongs to one process at a time: leases are renewed while it works, and fence off who has lost one.</summary>
[Collection(ServiceTests.Name)]
public sealed class LeaseTests
{
    [Fact]
    public async Task A_process_that_lost_its_lease_changes_nothing()
    {
        await using var receiver = new Receiver(DelayAsync);
        await using var bench = await EngineBench.CreateAsync();
        var first = await bench.StartAsync();
        var client = await bench.ClientOfAsync(first);
        var definition = await client.DefineAsync(
            "slow",
            $$$"""
            [{"name":"slow","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms=1000"},"retry":{"backoffMs":100}},
             {"name":"then","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}"}}]
            """);
        await client.RunAsync(definition);
        await Eventually.TrueAsync(() => receiver.Effects.Count == 1, EngineBench.Patience, "the effect is under way");

        Processes.Signal("STOP", first.Id);
        var second = await bench.StartAsync();
        await bench.EverythingEndsAsync(EngineBench.Patience);
        var history = await HistoryAsync(bench);
        var calls = receiver.Effects.Count;
        Processes.Signal("CONT", first.Id);

        // The first process is itself again when it has carried another run through.
        Assert.Equal(200, await Answers.HealthAsync(client, "/health/ready"));
        await second.KillAsync();
        var other = await client.RunAsync(await client.DefineAsync("other", """[{"name":"a","type":"task","handler":"effect.noop"}]"""));
        await Eventually.TrueAsync(async () => await client.StatusAsync(other) == "COMPLETED", EngineBench.Patience, "the first process works again");
        Assert.Equal(history, await HistoryAsync(bench));
        Assert.Equal(calls, receiver.Effects.Count);
        Assert.Equal("COMPLETED 2", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task An_effect_longer_than_the_lease_is_attempted_once_while_hundreds_of_runs_end_around_its_renewals()
    {
        await using var receiver = new Receiver(DelayAsync);
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        await bench.StartAsync(); // takes whatever falls from the first one's hands
        var slow = await client.DefineAsync("slow", Call(receiver, 12_000));
        // All of them are old enough to be renewed when they end.
        var quick = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => client.DefineAsync($"quick {i}", Call(receiver, 800 + (i * 70)))));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.RunAsync(slow)));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => await client.RunAsync(quick[i % quick.Length]));
        await bench.EverythingEndsAsync(EngineBench.Patience);

        Assert.Equal("COMPLETED 605", await bench.StatusesAsync());
        Assert.Equal(0, await bench.CountAsync("workflow_run_steps WHERE attempt <> 1"));
        Assert.Equal(605, receiver.Effects.Count);
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task Two_processes_execute_each_of_500_runs_once()
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        // Leases of the usual length: a busy machine must not make an attempt late, which counts as one.
        var processes = await Task.WhenAll(bench.StartAsync(("Engine__LeaseSeconds", null)), bench.StartAsync(("Engine__LeaseSeconds", null)));
        HttpClient[] to = [await bench.ClientOfAsync(processes[0]), await bench.ClientOfAsync(processes[1])];
        var definition = await to[0].DefineAsync("once", Call(receiver, 0));

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 500), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await to[i % 2].RunAsync(definition));
        await bench.EverythingEndsAsync(EngineBench.Patience);

        Assert.Equal("COMPLETED 500", await bench.StatusesAsync());
        Assert.Equal(500, receiver.Effects.Count);
        Assert.Equal(500, receiver.Effects.Distinct().Count());
        Assert.Equal(0, await bench.CountAsync("workflow_run_steps WHERE attempt <> 1"));
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task A_wait_of_years_beside_an_effect_does_not_disturb_it()
    {
        await using var receiver = new Receiver(DelayAsync);
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        var definition = await client.DefineAsync(
            "years",
            $$$"""
            [{"name":"both","type":"parallel","branches":[
               [{"name":"nap","type":"wait","durationMs":100000000000}],
               [{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms=500"}}]]}]
            """);

        var run = await client.RunAsync(definition);
        await Eventually.TrueAsync(async () => await client.StatusAsync(run) == "WAITING", TimeSpan.FromSeconds(10), "only the wait is left");

        Assert.Single(receiver.Effects);
        Assert.Equal(1, await bench.CountAsync("workflow_run_steps WHERE node_id = 'call' AND status = 'SUCCEEDED' AND attempt = 1"));
        await RunInvariants.AssertAsync(bench.Database);
    }

    private static string Call(Receiver receiver, int milliseconds)
        => $$$"""[{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms={{{milliseconds}}}"}}]""";

    /// <summary>Answers after as many milliseconds as the call says.</summary>
    internal static async Task DelayAsync(System.Net.HttpListenerContext context, CancellationToken ct)
    {
        if (int.TryParse(context.Request.QueryString["ms"], CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private static Task<string> HistoryAsync(EngineBench bench) => bench.ScalarAsync<string>(
        """
        SELECT string_agg(event::text, E'\n' ORDER BY sequence) || (SELECT string_agg(step::text, E'\n' ORDER BY id) FROM workflow_run_steps step WHERE node_id IN ('slow', 'then'))
          FROM workflow_run_events event
         WHERE run_id = (SELECT run_id FROM workflow_run_steps WHERE node_id = 'slow')
        """);
}
