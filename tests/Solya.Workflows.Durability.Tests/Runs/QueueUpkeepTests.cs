namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>How much is read for a run does not depend on how many others there are, whatever PostgreSQL last knew of the tables.</summary>
[Collection(ServiceTests.Name)]
public sealed class QueueUpkeepTests
{
    private const int Others = 20_000;
    private const int AtOnce = 40;

    private static readonly string[] Tables =
        ["workflow_runs", "workflow_run_steps", "run_queue", "worker_tasks", "run_signals", "approval_requests"];

    [Fact]
    public async Task Plans_that_were_made_on_empty_tables_read_no_more_when_these_have_grown()
    {
        await using var bench = await EngineBench.CreateAsync();
        var first = await bench.StartAsync();
        var client = await bench.ClientOfAsync(first);
        var effects = await client.DefineAsync("effects", """[{"name":"a","type":"task","handler":"effect.noop"},{"name":"b","type":"task","handler":"effect.noop"}]""");
        var work = await client.DefineAsync("work", """[{"name":"a","type":"task","handler":"test.work"}]""");
        var signal = await client.DefineAsync("signal", """[{"name":"a","type":"external_event","signalType":"go"}]""");
        var approval = await client.DefineAsync("approval", """[{"name":"a","type":"approval","prompt":"May it?"}]""");
        await first.StopAsync();
        await SeemEmptyAsync(bench);

        // The second process makes its plans on what seems to be empty, and then the tables grow.
        var process = await bench.StartAsync();
        client = await bench.ClientOfAsync(process);
        using var platform = process.CreateClient();
        for (var i = 0; i < 3; i++)
        {
            await MoveAsync(1);
        }

        await AddOthersAsync(bench);
        var before = await ReadAsync(bench);
        await MoveAsync(AtOnce);
        await process.StopAsync(); // what a connection has counted is written down when it ends

        var after = await ReadAsync(bench);
        Assert.All(Tables, table => Assert.True(
            after[table] - before[table] < Others / 2, $"{after[table] - before[table]} rows of {table} were read for {AtOnce} runs of each kind"));

        async Task MoveAsync(int count)
        {
            async Task<string[]> StartAsync(string definition) => await Task.WhenAll(Enumerable.Range(0, count).Select(_ => client.RunAsync(definition)));

            var runs = await StartAsync(effects);
            var signalled = await StartAsync(signal);
            await Task.WhenAll(signalled.Select(run => client.SignalAsync(run, "go", new { })));
            var approved = await StartAsync(approval);
            var worked = await StartAsync(work);
            var completed = 0;
            await Eventually.TrueAsync(async () => (completed += (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.WorkAsync("test.work")))).Sum()) >= count, EngineBench.Patience, "the work is done");
            var pending = new HashSet<string>();
            await Eventually.TrueAsync(
                async () => (pending = [.. await client.PendingApprovalsAsync()]).Count >= count, EngineBench.Patience, "the approvals are asked for");
            await Task.WhenAll(pending.Select(id => client.DecideAsync(id, "approved")));
            foreach (var run in runs.Concat(signalled).Concat(approved).Concat(worked))
            {
                await Eventually.TrueAsync(async () => await client.StatusAsync(run) == "COMPLETED", EngineBench.Patience, $"{run} is completed");
            }

            await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
            {
                var run = (string)(await platform.PostAsync("/workflow-runs", new { organizationId = "bench" })).Data["id"]!;
                var step = await platform.PostAsync(
                    $"/workflow-runs/{run}/steps", new { organizationId = "bench", nodeId = "load", nodeType = "ACTION" });
                Assert.Equal(200, step.StatusCode);
                var patch = await platform.PatchAsync(
                    $"/workflow-run-steps/{step.Data["stepId"]}", new { organizationId = "bench", status = "SUCCEEDED" });
                Assert.Equal(200, patch.StatusCode);
            }));
        }
    }

    [Fact]
    public async Task The_queue_is_cleared_of_what_has_left_it_after_two_thousand_runs()
    {
        const int Runs = 2_100;
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync());
        var definition = await client.DefineAsync("value", """[{"name":"a","type":"task","handler":"state.set","config":{"done":true}}]""");
        Assert.Equal(0, await VacuumsAsync());

        await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) => await client.RunAsync(definition));

        await bench.EverythingEndsAsync(EngineBench.Patience);
        await Eventually.TrueAsync(async () => await VacuumsAsync() > 0, EngineBench.Patience, "the queue was vacuumed");

        Task<long> VacuumsAsync() => bench.ScalarAsync<long>("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'run_queue'");
    }

    /// <summary>Tables that had rows once and have none now: PostgreSQL takes it from its last look that none come.</summary>
    private static async Task SeemEmptyAsync(EngineBench bench)
    {
        foreach (var table in Tables)
        {
            await ExecuteAsync(bench, $"ALTER TABLE {table} SET (autovacuum_enabled = false)");
        }

        await AddOthersAsync(bench);
        await ExecuteAsync(bench, "DELETE FROM run_queue; DELETE FROM worker_tasks; DELETE FROM workflow_run_steps; DELETE FROM workflow_runs");
        foreach (var table in Tables)
        {
            await ExecuteAsync(bench, $"VACUUM (ANALYZE, TRUNCATE OFF) {table}");
        }
    }

    /// <summary>Runs, each with a step, a place in the queue and work for a worker, of which nothing is due.</summary>
    private static Task AddOthersAsync(EngineBench bench) => ExecuteAsync(
        bench,
        $"""
        WITH run AS (
            INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, updated_at)
            SELECT '{EngineBench.Organization}', gen_random_uuid(), 'EXTERNAL', 'RUNNING', now(), 1, now(), now() FROM generate_series(1, {Others})
            RETURNING organization_id, id
        ), step AS (
            INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, created_at, updated_at)
            SELECT organization_id, id, id, 'other', 'ACTION', 'RUNNING', 0, now(), now(), now() FROM run
        ), queued AS (
            INSERT INTO run_queue (organization_id, run_id, due_at) SELECT organization_id, id, now() + interval '1 hour' FROM run
        )
        INSERT INTO worker_tasks (organization_id, run_id, step_id, handler, config, attempt, max_attempts, due_at)
        SELECT organization_id, id, id, 'test.work', json_build_object(), 0, 1, now() + interval '1 hour' FROM run
        """);

    private static async Task ExecuteAsync(EngineBench bench, string sql)
    {
        await using var command = bench.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, long>> ReadAsync(EngineBench bench)
    {
        var read = new Dictionary<string, long>();
        foreach (var table in Tables)
        {
            read[table] = await bench.ScalarAsync<long>(
                $"SELECT seq_tup_read + coalesce((SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes i WHERE i.relid = t.relid), 0) FROM pg_stat_user_tables t WHERE relname = '{table}'");
        }

        return read;
    }
}
