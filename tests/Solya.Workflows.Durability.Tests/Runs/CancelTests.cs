using Solya.Workflows.Ids;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>After the answer to a cancellation no step begins, and what a failure has called off does not happen.</summary>
[Collection(ServiceTests.Name)]
public sealed class CancelTests
{
    private const int Rounds = 60;

    [Fact]
    public async Task After_a_200_on_cancel_no_step_of_the_run_begins()
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        await bench.StartAsync(); // which may hold the run that the other one is told to cancel
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        var effects = string.Join(',', Enumerable.Range(0, 8).Select(i => $$"""{"name":"s{{i}}","type":"task","handler":"effect.noop"}"""));
        var calls = string.Join(',', Enumerable.Range(0, 8).Select(i =>
            $$$"""{"name":"c{{{i}}}","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{receiver.Url}}}"}}"""));
        string[] definitions = [await client.DefineAsync("effects", $"[{effects}]"), await client.DefineAsync("calls", $"[{calls}]")];

        var random = new Random(20);
        var cancelled = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Rounds), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (round, _) =>
        {
            var run = await client.RunAsync(definitions[round % 2]);
            int steps;
            lock (random)
            {
                steps = random.Next(8);
            }

            var id = PublicId.Parse(PublicId.Run, run);
            await Eventually.TrueAsync(
                async () => await bench.CountAsync($"workflow_run_steps WHERE run_id = '{id}' AND attempt > 0") >= steps, EngineBench.Patience, "so many steps have begun");
            var answer = await client.CancelAsync(run);
            if (answer.StatusCode == 200)
            {
                Interlocked.Increment(ref cancelled);
                Assert.Equal("CANCELLED", (string)answer.Data["status"]!);
            }
            else
            {
                Assert.Equal(409, answer.StatusCode); // it was quicker
            }
        });

        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.True(cancelled > Rounds / 4, $"only {cancelled} runs were cancelled in time");
        Assert.Equal(cancelled, await bench.CountAsync("workflow_runs WHERE status = 'CANCELLED'"));
        await RunInvariants.AssertAsync(bench.Database);
        // A call whose step's start is not in the history was made behind the cancellation's back.
        var started = new HashSet<string>();
        await using var command = bench.Database.CreateCommand(
            """
            SELECT step.run_id, step.node_id FROM workflow_run_events event
              JOIN workflow_run_steps step ON step.organization_id = event.organization_id AND step.run_id = event.run_id AND step.id = event.step_id
             WHERE event.event_type = 'step.started'
            """);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            started.Add($"{PublicId.Format(PublicId.Run, rows.GetGuid(0))}.{rows.GetString(1)}");
        }

        Assert.All(receiver.Effects, effect => Assert.Contains(effect, started));
    }

    [Fact]
    public async Task An_effect_that_is_called_off_by_a_failure_beside_it_does_not_happen()
    {
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        var definition = await client.DefineAsync(
            "called off",
            """
            [{"name":"both","type":"parallel","continueOnError":true,"branches":[
               [{"name":"wrong","type":"task","handler":"tasks.create","config":{"domains":["restock"],"minConfidence":7,"perimeter":[]}}],
               [{"name":"right","type":"task","handler":"tasks.create","config":{"domains":["restock"],"minConfidence":0,"perimeter":[{"variantId":"v","shopId":"s"}]}}]]},
             {"name":"last","type":"task","handler":"effect.noop"}]
            """);

        await client.RunAsync(definition);
        await bench.EverythingEndsAsync(EngineBench.Patience);

        Assert.Equal("COMPLETED 1", await bench.StatusesAsync());
        Assert.Equal("CANCELLED", await bench.ScalarAsync<string>("SELECT status FROM workflow_run_steps WHERE node_id = 'right'"));
        Assert.Equal(0, await bench.CountAsync("tasks"));
        await RunInvariants.AssertAsync(bench.Database);
    }
}
