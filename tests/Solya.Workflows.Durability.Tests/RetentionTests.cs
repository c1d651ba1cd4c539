using Npgsql;
using Solya.Workflows.Durability.Tests.Runs;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Durability.Tests;

/// <summary>What ended long ago is deleted whole or not at all, whatever dies and however many delete.</summary>
[Collection(ServiceTests.Name)]
public sealed class RetentionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly (string, string?) ThirtyDays = ("Retention__Runs", "30.00:00:00");

    [Fact]
    public async Task A_process_that_dies_while_it_deletes_leaves_nothing_half_deleted_and_the_next_goes_on()
    {
        await using var bench = await EngineBench.CreateAsync();
        await AddRunsAsync(bench, "org", 50);
        await using (var connection = await bench.Database.OpenConnectionAsync())
        await using (var block = await connection.BeginTransactionAsync())
        {
            // The events are deleted before the steps: the process dies between the two.
            await using var command = new NpgsqlCommand("SELECT FROM workflow_run_steps ORDER BY run_id DESC LIMIT 1 FOR UPDATE", connection, block);
            await command.ExecuteNonQueryAsync();
            var victim = bench.Start(ThirtyDays);
            await Eventually.TrueAsync(
                async () => await bench.CountAsync("pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE FROM workflow_run_steps%'") == 1,
                Patience,
                "the process is in the middle of it");
            await victim.KillAsync();
        }

        await Eventually.TrueAsync(async () => await bench.CountAsync("pg_locks WHERE locktype = 'advisory'") == 0, Patience, "the server has noticed");
        Assert.Equal(50, await bench.CountAsync("workflow_runs"));
        Assert.Equal(100, await bench.CountAsync("workflow_run_events"));
        Assert.Equal(50, await bench.CountAsync("workflow_run_steps"));

        await bench.StartAsync(ThirtyDays);
        await Eventually.TrueAsync(async () => await bench.CountAsync("workflow_runs") == 0, Patience, "the next has gone on");
        Assert.Equal(0, await bench.CountAsync("workflow_run_events"));
        Assert.Equal(0, await bench.CountAsync("workflow_run_steps"));
    }

    [Fact]
    public async Task Two_processes_that_delete_at_once_do_not_get_in_each_others_way()
    {
        await using var bench = await EngineBench.CreateAsync();
        for (var i = 0; i < 20; i++)
        {
            await AddRunsAsync(bench, $"org-{i}", 100);
        }

        var services = await Task.WhenAll(bench.StartAsync(ThirtyDays), bench.StartAsync(ThirtyDays));

        await Eventually.TrueAsync(async () => await bench.CountAsync("workflow_runs") == 0, Patience, "all are deleted");
        Assert.Equal(0, await bench.CountAsync("workflow_run_events"));
        Assert.All(services, service => Assert.DoesNotContain("long ago", service.Output, StringComparison.Ordinal)); // it would warn
    }

    [Theory]
    [InlineData("Retention__Runs", "soon")]
    [InlineData("Retention__Runs", "-30.00:00:00")]
    [InlineData("Retention__Runs", "00:30:00")]
    [InlineData("Retention__Runs", "36501")]
    [InlineData("Retention__Deliveries", "0")]
    public async Task An_age_that_makes_no_sense_stops_the_start(string setting, string value)
    {
        await using var folder = new ScratchFolder();
        await using var service = ServiceProcess.Start(new Dictionary<string, string?>(folder.Settings) { ["ConnectionStrings__Workflows"] = "Host=127.0.0.1", [setting] = value });

        await Eventually.TrueAsync(() => service.HasExited, Patience, "the service has ended");
        await service.StopAsync();

        Assert.Equal(1, service.ExitCode);
        Assert.StartsWith($"{setting}: '{value}' must be a time span from 1 to 36500 days", service.Output, StringComparison.Ordinal);
    }

    private static async Task AddRunsAsync(EngineBench bench, string organization, int count)
    {
        var created = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
        var head = Uuid7.FloorOf(created.ToUnixTimeMilliseconds()).ToString()[..24];
        await using var command = bench.Database.CreateCommand(
            $"""
            WITH run AS (
                INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, completed_at, updated_at, depth)
                SELECT '{organization}', ('{head}' || left(md5('{organization}:' || n), 12))::uuid, 'EXTERNAL', 'COMPLETED', '{created:O}', 2, '{created:O}', '{created:O}', '{created:O}', 0
                  FROM generate_series(1, {count}) n
                RETURNING organization_id, id
            ), step AS (
                INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, created_at, updated_at)
                SELECT organization_id, id, gen_random_uuid(), 'n', 'ACTION', 'RUNNING', 0, '{created:O}', '{created:O}', '{created:O}' FROM run
            )
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, created_at)
            SELECT organization_id, id, sequence, 'run.created', 'PENDING', '{created:O}' FROM run, generate_series(1, 2) sequence
            """);
        await command.ExecuteNonQueryAsync();
    }
}
