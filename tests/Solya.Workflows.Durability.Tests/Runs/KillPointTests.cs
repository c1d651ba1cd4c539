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
    public static TheoryData<string> Programs => [.. KillProgram.All.Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_run_is_completed_by_another_process_wherever_the_first_one_is_killed(string program)
    {
        var broken = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(Enum.GetValues<FaultPoint>(), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (point, _) =>
        {
            try
            {
                await KillAsync(KillProgram.All.Single(candidate => candidate.Name == program), point);
            }
            catch (Exception failure)
            {
                broken.Enqueue($"{point}: {failure.Message}");
            }
        });

        Assert.True(broken.IsEmpty, string.Join("\n\n", broken));
    }

    private async Task KillAsync(KillProgram program, FaultPoint point)
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        // A run that is created in a process with an engine begins there without a claim.
        var isClaimed = point == FaultPoint.AfterClaim;
        var victim = bench.Start(("Engine__KillAt", $"{point}"), ("Engine__KillAtPass", "0"));
        var creator = isClaimed ? await bench.StartAsync(("Engine__Enabled", "false")) : victim;
        await creator.WaitUntilReadyAsync(EngineBench.Patience);
        var client = await bench.ClientOfAsync(creator);
        var definition = await client.DefineAsync("killed", program.Steps.Replace("URL", receiver.Url, StringComparison.Ordinal));

        string? run = null;
        try
        {
            run = await client.RunAsync(definition, "once");
            await program.PushUntilAsync(client, run, () => victim.HasExited);
        }
        catch (HttpRequestException)
        {
            // It was killed before it had answered.
        }

        if (!program.Passes.Contains(point))
        {
            Assert.False(victim.HasExited, "The point is not on the way of this program, yet the process ended there.");
        }
        else
        {
            await Eventually.TrueAsync(() => victim.HasExited, EngineBench.Patience, "the process has killed itself");
            Assert.Equal(137, victim.ExitCode);
            var successor = await bench.StartAsync();
            client = await bench.ClientOfAsync(successor);
            var again = await client.StartRunAsync(definition, "once");
            Assert.True(again.StatusCode == 200 || (run is null && again.StatusCode == 201), again.ToString());
            Assert.Equal(run ?? (string)again.Data["id"]!, (string)again.Data["id"]!);
            run = (string)again.Data["id"]!;
            await program.PushUntilAsync(client, run, () => false);
        }

        Assert.Equal("COMPLETED", await client.StatusAsync(run!));
        Assert.Equal(1, await bench.CountAsync("workflow_runs"));
        await RunInvariants.AssertAsync(bench.Database);
        await EffectsHappenedOnceAsync(bench, receiver, program, run!);
        output.WriteLine($"{point}: {(victim.HasExited ? "killed, then completed by another" : "not on the way")}; {receiver.Effects.Count} calls");
    }

    private static async Task EffectsHappenedOnceAsync(EngineBench bench, Receiver receiver, KillProgram program, string run)
    {
        Assert.Equal(program.PlanItems, await bench.CountAsync("plan_items"));
        Assert.Equal(0, await bench.CountAsync("plan_items WHERE refresh_count <> 0"));
        Assert.Equal(program.Tasks, await bench.CountAsync("tasks"));
        Assert.Equal(0, await bench.CountAsync("tasks WHERE refresh_count <> 0"));
        // At least once each, and under no other id on any attempt.
        Assert.Equal(program.Calls.Select(call => $"{run}.{call}").Order(), receiver.Effects.Distinct().Order());
    }
}
