namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>A wait never ends early by the database's clock, and ends once, whatever dies meanwhile.</summary>
[Collection(ServiceTests.Name)]
public sealed class TimerTests
{
    private const int Runs = 60;

    [Fact]
    public async Task A_wait_ends_once_and_never_early_with_two_processes_that_are_killed_in_turn()
    {
        await using var bench = await EngineBench.CreateAsync();
        var processes = await Task.WhenAll(bench.StartAsync(), bench.StartAsync());
        var client = await bench.ClientOfAsync(processes[0]);
        var random = new Random(7);
        var definitions = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => client.DefineAsync(
            $"wait {i}",
            $$"""
            [{"name":"one","type":"wait","durationMs":{{random.Next(1, 2_500)}}},
             {"name":"two","type":"wait","durationMs":{{random.Next(1, 2_500)}}},
             {"name":"three","type":"wait","durationMs":{{random.Next(3_000, 9_000)}}}]
            """)));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Runs), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await client.RunAsync(definitions[i % definitions.Length]));

        for (var kill = 0; kill < 2; kill++)
        {
            await NoneIsEarlyAsync(bench);
            await processes[kill].KillAsync();
            await NoneIsEarlyAsync(bench);
            processes[kill] = await bench.StartAsync();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await NoneIsEarlyAsync(bench);
                return await bench.CountAsync("workflow_runs WHERE status = 'COMPLETED'") == Runs;
            },
            EngineBench.Patience,
            "all waits are over");
        await RunInvariants.AssertAsync(bench.Database);
    }

    // What is seen as over now must be over by the database's clock now.
    private static async Task NoneIsEarlyAsync(EngineBench bench) => Assert.Equal(0, await bench.CountAsync(
        """
        workflow_run_steps step
          JOIN workflow_runs run ON run.organization_id = step.organization_id AND run.id = step.run_id
          JOIN workflow_versions version ON version.organization_id = run.organization_id AND version.workflow_id = run.workflow_id AND version.number = run.workflow_version
         CROSS JOIN LATERAL json_array_elements(version.document) node
         WHERE node ->> 'name' = step.node_id AND step.status = 'SUCCEEDED'
           AND clock_timestamp() < step.started_at + (node ->> 'durationMs')::bigint * interval '1 millisecond'
        """));
}
