using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>Processes that kill themselves at a named instant, and what must be so afterwards.</summary>
internal static class Kills
{
    /// <summary>A process that dies where it passes the point once more than <paramref name="passes"/> times.</summary>
    // Its leases do not run out while the test kills others; then all of them do at once.
    public static ServiceProcess Victim(EngineBench bench, FaultPoint point, int passes = 0)
        => bench.Start(("Engine__KillAt", $"{point}"), ("Engine__KillAtPass", $"{passes}"), ("Engine__LeaseSeconds", "3600"));

    /// <summary>Starts a victim and gives it something to die of.</summary>
    /// <param name="help">What people do while it lives.</param>
    public static async Task KillAsync(
        EngineBench bench, FaultPoint point, int passes, Func<HttpClient, Task<string>> define, Func<HttpClient, string, Task> start, Func<HttpClient, Task>? help = null)
    {
        var victim = Victim(bench, point, passes);
        await victim.WaitUntilReadyAsync(EngineBench.Patience);
        var client = await bench.ClientOfAsync(victim);
        var definition = await define(client);
        try
        {
            await start(client, definition);
            while (help is not null && !victim.HasExited)
            {
                await help(client);
            }
        }
        catch (HttpRequestException)
        {
            // It was killed before it had answered; what was asked may have been done for all that.
        }

        await DiesAsync(victim);
    }

    public static async Task DiesAsync(ServiceProcess victim)
    {
        await Eventually.TrueAsync(() => victim.HasExited, EngineBench.Patience, "the process has killed itself");
        Assert.Equal(137, victim.ExitCode);
    }

    /// <summary>Ends the leases of the dead, and puts whatever waits for a time before whoever comes next.</summary>
    public static Task EverythingIsDueAsync(EngineBench bench)
        => bench.ScalarAsync<long>("WITH later AS (UPDATE run_queue SET due_at = clock_timestamp() RETURNING 1) SELECT count(*) FROM later");

    /// <summary>Each effect was attempted at least once, and under no other id on any attempt.</summary>
    /// <param name="calls">Of which workflow's only run, and the effect's id behind the run's.</param>
    public static async Task AssertCalledAsync(EngineBench bench, Receiver receiver, IEnumerable<(string Workflow, string Call)> calls)
    {
        var expected = new List<string>();
        foreach (var (workflow, call) in calls)
        {
            var run = await bench.ScalarAsync<Guid>(
                $"SELECT run.id FROM workflow_runs run JOIN workflows workflow ON workflow.id = run.workflow_id WHERE workflow.name = '{workflow}'");
            expected.Add($"{PublicId.Format(PublicId.Run, run)}.{call}");
        }

        Assert.Equal(expected.Order(), receiver.Effects.Distinct().Order());
    }
}
