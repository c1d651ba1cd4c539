using System.Diagnostics;
using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// Years of finished runs of one organization, written past the service: each run with ten steps and an event for each of
/// them, the ids in the order of time.
/// </summary>
internal static class History
{
    public const int StepsPerRun = 10;

    private const int PerTransaction = 100_000;
    private const string PlanInput = """{"planType":"RESTOCK","planName":"Weekly restock"}""";
    private const string PlanOutput = """{"planId":"plan-0000000042","isNew":true,"itemCount":42}""";

    // The first 64 bits of a step's id are its run's, as in the service.
    private const string StepIds = "(substr(run.id::text, 1, 19) || '8' || substr(md5(run.id::text || n), 1, 3) || '-' || substr(md5(run.id::text || n), 4, 12))::uuid";

    /// <summary>Fills the tables; how long it took, and how much they take.</summary>
    public static async Task<string> FillAsync(Workbench bench, int runs)
    {
        var began = Stopwatch.GetTimestamp();
        // Only for the filling: what a crash would lose of it could be filled again.
        await SetAsync(bench, "fsync = off", "full_page_writes = off", "autovacuum = off");
        var end = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var first = 0; first < runs; first += PerTransaction)
        {
            var last = Math.Min(first + PerTransaction, runs);
            await bench.ExecuteAsync(Part(first, last, end - (runs * 10_000L)));
            if (last % 200_000 == 0)
            {
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{last:N0} runs of history after {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s"));
            }
        }

        await bench.ExecuteAsync("VACUUM ANALYZE");
        await SetAsync(bench, "fsync = on", "full_page_writes = on", "autovacuum = on");
        await bench.ExecuteAsync("CHECKPOINT");
        var size = await bench.ReadAsync<string>("SELECT pg_size_pretty(pg_database_size(current_database()))");
        return string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s, {size}");
    }

    // One run every ten seconds. Without the triggers of the references, which would look up every row's run.
    private static string Part(int first, int last, long since)
        => $"""
            BEGIN;
            SET LOCAL session_replication_role = replica;
            SET LOCAL synchronous_commit = off;
            CREATE TEMPORARY TABLE part ON COMMIT DROP AS
            SELECT (lpad(to_hex({since} + n * 10000::bigint), 12, '0') || '7000' || '8' || substr(md5(n::text), 1, 15))::uuid AS id,
                   to_timestamp(({since} + n * 10000::bigint) / 1000.0)::timestamptz(3) AS at
              FROM generate_series({first}, {last - 1}) n;
            INSERT INTO workflow_runs (organization_id, id, executor, status, trigger_context, last_heartbeat_at, event_sequence, created_at, started_at, completed_at, updated_at)
            SELECT '{Workbench.Organization}', id, 'EXTERNAL', 'COMPLETED', json_build_object('shop', 'shop-7', 'reason', 'weekly'), at, {StepsPerRun}, at, at, at + interval '5 seconds', at + interval '5 seconds'
              FROM part ORDER BY id;
            INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, action_type, status, retry_count, resolved_input, output, started_at, completed_at, duration_ms, created_at, updated_at)
            SELECT '{Workbench.Organization}', run.id, {StepIds}, 'node-' || n, 'ACTION', 'CREATE_OR_GET_PLAN', 'SUCCEEDED', 0, '{PlanInput}', '{PlanOutput}', at, at + interval '500 milliseconds', 500, at, at
              FROM part run, generate_series(1, {StepsPerRun}) n ORDER BY run.id, n;
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, step_id, status, created_at)
            SELECT '{Workbench.Organization}', run.id, n, 'step.reported', {StepIds}, 'SUCCEEDED', at
              FROM part run, generate_series(1, {StepsPerRun}) n ORDER BY run.id, n;
            COMMIT;
            """;

    private static async Task SetAsync(Workbench bench, params string[] settings)
    {
        // Each alone: ALTER SYSTEM runs in no transaction.
        foreach (var setting in settings)
        {
            await bench.ExecuteAsync($"ALTER SYSTEM SET {setting}");
        }

        await bench.ExecuteAsync("SELECT pg_reload_conf()");
    }
}
