using System.Collections.Concurrent;
using Solya.Workflows.Engine.Faults;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>
/// The process that executes a run dies at each instant that has a name, at steps of each type; another one takes the run
/// over and completes it. Effects on the service's own tables have then happened once, and effects outside at least once,
/// under one id.
/// </summary>
[Collection(ServiceTests.Name)]
public sealed class KillPointTests(ITestOutputHelper output)
{
    // A run that waits for the clock may be claimed by the next victim: it comes last.
    private const string Timed = "wait";

    public static TheoryData<FaultPoint> PointsAfterTheClaim => [.. Enum.GetValues<FaultPoint>().Where(point => point != FaultPoint.AfterClaim)];

    [Theory]
    [MemberData(nameof(PointsAfterTheClaim))]
    public async Task A_run_of_any_type_of_steps_is_completed_by_another_process_wherever_the_first_one_is_killed(FaultPoint point)
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        await UnharmedAsync(bench, receiver, point, KillProgram.All.Where(program => !program.Passes.Contains(point)));
        var harmed = KillProgram.All.Where(program => program.Passes.Contains(point)).ToList();
        var broken = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            harmed.Where(program => program.Name != Timed), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (program, _) => await KillAsync(bench, receiver, point, program, broken));
        foreach (var program in harmed.Where(program => program.Name == Timed))
        {
            await KillAsync(bench, receiver, point, program, broken);
        }

        Assert.True(broken.IsEmpty, string.Join('\n', broken));
        await TakeOverAsync(bench, receiver);
        output.WriteLine($"killed at {string.Join(", ", harmed.Select(program => program.Name))}; {receiver.Effects.Count} calls of {receiver.Effects.Distinct().Count()} effects");
    }

    [Fact]
    public async Task Runs_of_any_type_of_steps_are_completed_by_another_process_when_the_one_that_claimed_them_dies()
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync(("Engine__Enabled", "false")));
        foreach (var program in KillProgram.All)
        {
            await client.RunAsync(await program.DefineAsync(client, receiver), program.Name);
        }

        await Kills.DiesAsync(Kills.Victim(bench, FaultPoint.AfterClaim));
        Assert.Equal(KillProgram.All.Count, await bench.CountAsync("run_queue WHERE lease_epoch IS NOT NULL AND claims = 1"));
        await TakeOverAsync(bench, receiver);
        Assert.Equal(receiver.Effects.Distinct().Count(), receiver.Effects.Count);
    }

    [Fact]
    public async Task A_webhook_whose_sender_died_before_it_wrote_that_down_is_sent_again_under_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync((_, _) => Task.FromResult(200));
        await using var bench = await EngineBench.CreateAsync();
        var victim = Kills.Victim(bench, FaultPoint.AfterDeliveryBeforeCommit);
        await victim.WaitUntilReadyAsync(EngineBench.Patience);
        var client = await bench.ClientOfAsync(victim);
        var subscribed = await client.PostAsync("/v1/webhooks", new { url = receiver.Url, events = new[] { "workflow.completed" } });
        Assert.True(subscribed.StatusCode == 201, subscribed.ToString());
        await client.RunAsync(await client.DefineAsync("told", """[{"name":"a","type":"task","handler":"effect.noop"}]"""));
        await Kills.DiesAsync(victim);

        await bench.ScalarAsync<long>("WITH later AS (UPDATE webhook_deliveries SET due_at = clock_timestamp() RETURNING 1) SELECT count(*) FROM later");
        await bench.StartAsync();
        await Eventually.TrueAsync(
            async () => await bench.CountAsync("webhook_deliveries WHERE status = 'DELIVERED' AND attempt = 2") == 1, EngineBench.Patience, "the delivery is written down");

        Assert.Equal(2, receiver.All.Count);
        Assert.Single(receiver.All.Select(message => message.Id).Distinct());
        await RunInvariants.AssertAsync(bench.Database);
    }

    /// <summary>Where the point is not on the way, nobody dies.</summary>
    private static async Task UnharmedAsync(EngineBench bench, Receiver receiver, FaultPoint point, IEnumerable<KillProgram> programs)
    {
        var process = Kills.Victim(bench, point);
        await process.WaitUntilReadyAsync(EngineBench.Patience);
        var client = await bench.ClientOfAsync(process);
        foreach (var program in programs)
        {
            await client.RunAsync(await program.DefineAsync(client, receiver), program.Name);
        }

        await EverythingCompletesAsync(bench, client);
        Assert.False(process.HasExited);
        await process.KillAsync();
    }

    private static async Task KillAsync(EngineBench bench, Receiver receiver, FaultPoint point, KillProgram program, ConcurrentQueue<string> broken)
    {
        try
        {
            await Kills.KillAsync(
                bench, point, passes: 0, client => program.DefineAsync(client, receiver), (client, definition) => client.StartRunAsync(definition, program.Name));
        }
        catch (Exception failure)
        {
            broken.Enqueue($"{program.Name}: {failure.Message}");
        }
    }

    private static async Task TakeOverAsync(EngineBench bench, Receiver receiver)
    {
        await RunInvariants.AssertAsync(bench.Database);
        await Kills.EverythingIsDueAsync(bench);
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        await EverythingCompletesAsync(bench, client);

        Assert.Equal(KillProgram.All.Count, await bench.CountAsync("workflow_runs WHERE status = 'COMPLETED'"));
        await RunInvariants.AssertAsync(bench.Database);
        Assert.Equal(KillProgram.All.Sum(program => program.PlanItems), await bench.CountAsync("plan_items WHERE refresh_count = 0"));
        Assert.Equal(KillProgram.All.Sum(program => program.PlanItems), await bench.CountAsync("plan_items"));
        Assert.Equal(KillProgram.All.Sum(program => program.Tasks), await bench.CountAsync("tasks WHERE refresh_count = 0"));
        Assert.Equal(KillProgram.All.Sum(program => program.Tasks), await bench.CountAsync("tasks"));
        await Kills.AssertCalledAsync(bench, receiver, KillProgram.All.SelectMany(program => program.Calls.Select(call => (program.Name, call))));
    }

    /// <summary>Does what people and workers do until every run has ended.</summary>
    private static Task EverythingCompletesAsync(EngineBench bench, HttpClient client) => Eventually.TrueAsync(
        async () =>
        {
            foreach (var approval in await client.PendingApprovalsAsync())
            {
                await client.DecideAsync(approval, "approved");
            }

            await client.WorkAsync(KillProgram.Handler);
            if (await bench.CountAsync("workflow_runs WHERE idempotency_key = 'external_event'") == 1)
            {
                var waiting = await bench.ScalarAsync<Guid>("SELECT id FROM workflow_runs WHERE idempotency_key = 'external_event'");
                await client.SignalAsync(Ids.PublicId.Format(Ids.PublicId.Run, waiting), "paid", new { amount = 5 }, dedupId: "once");
            }

            return await bench.CountAsync("workflow_runs WHERE status <> 'COMPLETED'") == 0;
        },
        EngineBench.Patience,
        "every run is completed");
}
