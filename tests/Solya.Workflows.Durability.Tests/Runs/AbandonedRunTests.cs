namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>Runs that no step waits for any more are called off, also when the process that was to do so died.</summary>
[Collection(ServiceTests.Name)]
public sealed class AbandonedRunTests
{
    private const string Organization = "abandons";
    private const string Asleep = """ "nodes": [ { "id": "sleep", "type": "action", "data": { "componentId": "external_event", "signalType": "never" } } ], "edges": [] """;

    [Fact]
    public async Task The_runs_that_a_cancelled_run_waited_for_are_called_off_though_the_process_died_before_it_came_to_them()
    {
        await using var bench = await EngineBench.CreateAsync();
        var service = await bench.StartAsync();
        using var client = service.CreateClient(token: null);
        var lowest = await client.StoreAsync(Organization, "lowest", Asleep);
        var middle = await client.StoreAsync(Organization, "middle", Starts(lowest));
        var run = (string)(await client.ExecuteAsync(Organization, await client.StoreAsync(Organization, "top", Starts(middle)))).Body["id"]!;
        await Eventually.TrueAsync(async () => await bench.StatusesAsync() == "WAITING 3", EngineBench.Patience, "all runs wait");
        await bench.EverythingRestsAsync(EngineBench.Patience);

        // Nobody gets past this lock: the process dies between the run's cancellation and its child's.
        await using (var connection = await bench.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var block = new Npgsql.NpgsqlCommand("SELECT FROM workflow_runs WHERE depth = 1 FOR NO KEY UPDATE", connection, transaction);
            await block.ExecuteNonQueryAsync();
            var cancelling = client.CancelGraphAsync(Organization, run);
            await Eventually.TrueAsync(
                async () => await bench.CountAsync("workflow_runs WHERE depth = 0 AND status = 'CANCELLED'") == 1, EngineBench.Patience, "the run is called off");
            await service.KillAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => cancelling);
        }

        Assert.Equal("CANCELLED 1, WAITING 2", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
        await bench.StartAsync();
        await StruckOutAsync(bench);
        Assert.Equal("CANCELLED 3", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task The_run_that_a_step_waited_for_is_called_off_though_the_process_died_when_its_run_had_ended()
    {
        await using var bench = await EngineBench.CreateAsync();
        // The first commit lets the other run wait, the second ends the one that waits for it.
        var victim = await bench.StartAsync(("Engine__KillAt", "AfterCommit"), ("Engine__KillAtPass", "1"));
        using var client = victim.CreateClient(token: null);
        var child = await client.StoreAsync(Organization, "child", Asleep);
        var run = (string)(await client.ExecuteAsync(Organization, await client.StoreAsync(
            Organization,
            "parent",
            $$"""
            "nodes": [ {{Trigger(child)}},
                       { "id": "go", "type": "action", "data": { "componentId": "external_event", "signalType": "enough" } },
                       { "id": "end", "type": "action", "data": { "componentId": "terminate", "status": "completed" } } ],
            "edges": [ { "source": "go", "target": "end" } ]
            """))).Body["id"]!;
        await Eventually.TrueAsync(async () => await bench.StatusesAsync() == "WAITING 2", EngineBench.Patience, "both runs wait");
        await bench.EverythingRestsAsync(EngineBench.Patience);
        Assert.Equal(202, (await client.SignalGraphAsync(Organization, run, "enough")).StatusCode);
        await Eventually.TrueAsync(() => victim.HasExited, EngineBench.Patience, "the process has killed itself");

        Assert.Equal("COMPLETED 1, WAITING 1", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
        await bench.StartAsync();
        await StruckOutAsync(bench);
        Assert.Equal("CANCELLED 1, COMPLETED 1", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
    }

    private static Task StruckOutAsync(EngineBench bench)
        => Eventually.TrueAsync(async () => await bench.CountAsync("abandoned_runs") == 0 && await bench.CountAsync("workflow_runs WHERE status = 'WAITING'") == 0, TimeSpan.FromSeconds(20), "the abandoned runs are called off");

    private static string Starts(string workflow) => $$"""  "nodes": [ {{Trigger(workflow)}} ], "edges": [] """;

    private static string Trigger(string workflow) => $$"""{ "id": "call", "type": "action", "data": { "componentId": "trigger_workflow", "workflow_id": "{{workflow}}", "wait": true } }""";
}
