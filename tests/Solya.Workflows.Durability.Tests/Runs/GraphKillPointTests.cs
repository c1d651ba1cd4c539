using System.Collections.Concurrent;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Ids;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>
/// The process that executes a graph dies at each instant that has a name; another one takes the run over and completes
/// it. Effects on the service's own tables and the starts of other runs have then happened once, effects outside at least
/// once under one id; ways join once, and what was skipped stays so.
/// </summary>
[Collection(ServiceTests.Name)]
public sealed class GraphKillPointTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(FaultPoint.BeforeCommit, 2)]
    [InlineData(FaultPoint.AfterCommit, 0)]
    [InlineData(FaultPoint.AfterCommit, 2)]
    [InlineData(FaultPoint.BeforeEffect, 1)]
    [InlineData(FaultPoint.AfterEffectBeforeCommit, 0)]
    [InlineData(FaultPoint.AfterTableEffectBeforeCommit, 0)]
    public async Task A_graph_is_completed_by_another_process_wherever_the_first_one_is_killed(FaultPoint point, int passes)
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        var harmed = GraphKillProgram.All.Where(program => program.Passes(point, passes)).ToList();
        var broken = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            harmed.Where(program => !program.LeavesWork),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (program, _) => await KillAsync(bench, receiver, point, passes, program, broken));
        foreach (var program in harmed.Where(program => program.LeavesWork))
        {
            await KillAsync(bench, receiver, point, passes, program, broken);
            // What the dead left to anybody is not for the next victim.
            await bench.ScalarAsync<long>("WITH later AS (UPDATE run_queue SET due_at = clock_timestamp() + interval '1 hour' RETURNING 1) SELECT count(*) FROM later");
        }

        Assert.True(broken.IsEmpty, string.Join('\n', broken));
        Assert.Equal(harmed.Count, await bench.CountAsync("workflow_runs WHERE depth = 0"));
        await Kills.EverythingIsDueAsync(bench);
        await TakeOverAsync(bench, receiver, harmed);
        output.WriteLine($"killed at {string.Join(", ", harmed.Select(program => program.Name))}; {receiver.Effects.Count} calls of {receiver.Effects.Distinct().Count()} effects");
    }

    [Fact]
    public async Task Graphs_are_completed_by_another_process_when_the_one_that_claimed_them_dies()
    {
        await using var receiver = new Receiver();
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync(("Engine__Enabled", "false")));
        foreach (var program in GraphKillProgram.All)
        {
            await client.ExecuteAsync(EngineBench.Organization, await program.DefineAsync(client, receiver));
        }

        await Kills.DiesAsync(Kills.Victim(bench, FaultPoint.AfterClaim));
        Assert.Equal(GraphKillProgram.All.Count, await bench.CountAsync("run_queue WHERE lease_epoch IS NOT NULL AND claims = 1"));
        await Kills.EverythingIsDueAsync(bench);
        await TakeOverAsync(bench, receiver, GraphKillProgram.All);
        Assert.Equal(receiver.Effects.Distinct().Count(), receiver.Effects.Count);
    }

    private static async Task KillAsync(EngineBench bench, Receiver receiver, FaultPoint point, int passes, GraphKillProgram program, ConcurrentQueue<string> broken)
    {
        try
        {
            await Kills.KillAsync(
                bench,
                point,
                passes,
                client => program.DefineAsync(client, receiver),
                (client, workflow) => client.ExecuteAsync(EngineBench.Organization, workflow),
                program.NeedsPeople ? client => HelpAsync(bench, client) : null);
        }
        catch (Exception failure)
        {
            broken.Enqueue($"{program.Name}: {failure.Message}");
        }
    }

    private static async Task TakeOverAsync(EngineBench bench, Receiver receiver, IReadOnlyList<GraphKillProgram> programs)
    {
        await RunInvariants.AssertAsync(bench.Database);
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        await Eventually.TrueAsync(
            async () =>
            {
                await HelpAsync(bench, client);
                return await bench.CountAsync("workflow_runs WHERE status <> 'COMPLETED'") == 0;
            },
            EngineBench.Patience,
            "every run is completed");

        await RunInvariants.AssertAsync(bench.Database);
        Assert.Equal(programs.Sum(program => program.Runs), await bench.CountAsync("workflow_runs"));
        Assert.Equal(programs.Sum(program => program.Tasks), await bench.CountAsync("tasks"));
        Assert.Equal(programs.Sum(program => program.Tasks), await bench.CountAsync("tasks WHERE refresh_count = 0"));
        foreach (var program in programs)
        {
            Assert.Equal(program.Steps, await bench.ScalarAsync<string>(
                $"""
                SELECT coalesce(string_agg(step.status || ' ' || step.node_id, ', ' ORDER BY step.status, step.node_id), '')
                  FROM workflow_run_steps step JOIN workflow_runs run ON run.id = step.run_id JOIN workflows workflow ON workflow.id = run.workflow_id
                 WHERE workflow.name = '{program.Name}' AND step.status <> 'SUCCEEDED'
                """));
        }

        await Kills.AssertCalledAsync(bench, receiver, programs.SelectMany(program => program.AllCalls));
    }

    /// <summary>Does what people do: pays, and approves.</summary>
    private static async Task HelpAsync(EngineBench bench, HttpClient client)
    {
        var waits = new List<(string Run, string Node, string Kind)>();
        await using (var command = bench.Database.CreateCommand("SELECT run_id, node_id, wait_kind FROM workflow_run_steps WHERE wait_kind IN ('SIGNAL', 'APPROVAL')"))
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                waits.Add((PublicId.Format(PublicId.FlowRun, rows.GetGuid(0)), rows.GetString(1), rows.GetString(2)));
            }
        }

        foreach (var (run, node, kind) in waits)
        {
            await (kind == "SIGNAL" ? client.SignalGraphAsync(EngineBench.Organization, run, node) : client.DecideGraphAsync(EngineBench.Organization, run, node));
        }
    }
}
