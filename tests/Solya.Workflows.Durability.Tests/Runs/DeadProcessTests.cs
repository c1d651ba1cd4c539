using System.Diagnostics;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>The runs of a process that has died go on elsewhere, soon; those of one that was told to stop at once.</summary>
[Collection(ServiceTests.Name)]
public sealed class DeadProcessTests(ITestOutputHelper output)
{
    [Fact]
    public Task The_runs_of_a_dead_process_go_on_within_5_seconds_with_leases_of_3() => TakeOverAsync("3", TimeSpan.FromSeconds(5));

    // Slow: it waits for a lease of the default length to run out.
    [Fact]
    public Task The_runs_of_a_dead_process_go_on_within_40_seconds_with_default_settings() => TakeOverAsync(null, TimeSpan.FromSeconds(40));

    [Fact]
    public async Task A_process_that_is_told_to_stop_finishes_its_attempts_and_hands_its_runs_back_at_once()
    {
        await using var receiver = new Receiver(LeaseTests.DelayAsync);
        await using var bench = await EngineBench.CreateAsync();
        var processes = await Task.WhenAll(bench.StartAsync(("Engine__LeaseSeconds", null)), bench.StartAsync(("Engine__LeaseSeconds", null), ("Engine__Enabled", "false")));
        var client = await bench.ClientOfAsync(processes[0]);
        var definition = await client.DefineAsync("calls", $$$"""
            [{"name":"slow","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms=1500"}},
             {"name":"then","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}"}},
             {"name":"last","type":"task","handler":"effect.noop"}]
            """);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.RunAsync(definition)));
        await Eventually.TrueAsync(() => receiver.Effects.Count == 20, EngineBench.Patience, "every run is at its slow effect");

        await processes[0].StopAsync();

        Assert.Equal(0, processes[0].ExitCode);
        Assert.Equal(20, await bench.CountAsync("workflow_run_steps WHERE node_id = 'slow' AND status = 'SUCCEEDED'"));
        Assert.Equal(20, await bench.CountAsync("run_queue WHERE lease_epoch IS NULL AND due_at <= clock_timestamp()"));
        await RunInvariants.AssertAsync(bench.Database);

        await bench.StartAsync(("Engine__LeaseSeconds", null));
        await bench.EverythingEndsAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("COMPLETED 20", await bench.StatusesAsync());
        Assert.Equal(40, receiver.Effects.Count);
        Assert.Equal(0, await bench.CountAsync("workflow_run_steps WHERE attempt <> 1"));
        await RunInvariants.AssertAsync(bench.Database);
    }

    private async Task TakeOverAsync(string? leaseSeconds, TimeSpan within)
    {
        await using var receiver = new Receiver(LeaseTests.DelayAsync);
        await using var bench = await EngineBench.CreateAsync();
        var processes = await Task.WhenAll(
            bench.StartAsync(("Engine__LeaseSeconds", leaseSeconds)), bench.StartAsync(("Engine__LeaseSeconds", leaseSeconds)));
        var client = await bench.ClientOfAsync(processes[0]);
        var definition = await client.DefineAsync("call", $$$"""
            [{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}?ms=1000"},"retry":{"backoffMs":100}}]
            """);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.RunAsync(definition)));
        await Eventually.TrueAsync(() => receiver.Effects.Count == 10, EngineBench.Patience, "every run is at its effect");

        await processes[0].KillAsync();
        var killedAt = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            async () => await bench.CountAsync("workflow_runs WHERE status = 'RUNNING' AND id NOT IN (SELECT run_id FROM workflow_run_events WHERE event_type = 'step.retrying')") == 0,
            within,
            "every run has gone on");
        output.WriteLine($"all went on {Stopwatch.GetElapsedTime(killedAt)} after the kill");

        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.Equal("COMPLETED 10", await bench.StatusesAsync());
        Assert.Equal(10, receiver.Effects.Distinct().Count());
        await RunInvariants.AssertAsync(bench.Database);
    }
}
