using System.Diagnostics;

namespace Solya.Workflows.Benchmarks;

/// <summary>A hundred dead runs to sweep, among a long history and among a short one.</summary>
internal static class ZombieSweep
{
    private const int Zombies = 100;
    private const int LongHistory = 1_000_000;
    private const int ShortHistory = 1_000;

    // Spread over time as real ones: the id begins with its millisecond.
    private const string Ids = "(lpad(to_hex(floor(extract(epoch FROM made_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15))::uuid";

    /// <summary>Makes a hundred runs of which nothing was heard for a day.</summary>
    public const string MakeZombies =
        $"""
        WITH zombie AS (
            INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, started_at, updated_at)
            SELECT '{Workbench.Organization}', {Ids}, 'EXTERNAL', 'RUNNING', made_at, 1, made_at, made_at, made_at
              FROM (SELECT now() - interval '1 day' AS made_at, random()::text AS seed FROM generate_series(1, 100)) one
            RETURNING id
        )
        INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, created_at, updated_at)
        SELECT '{Workbench.Organization}', id, id, 'node', 'ACTION', 'RUNNING', 0, now(), now(), now() FROM zombie
        """;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var large = await Workbench.StartAsync();
        await using var small = await Workbench.StartAsync();
        await LoadHistoryAsync(large, LongHistory);
        await LoadHistoryAsync(small, ShortHistory);
        Report.Progress("history loaded");

        var (larges, smalls) = (new List<double>(), new List<double>());
        for (var round = -3; round < options.Rounds * 3; round++)
        {
            var (inLarge, inSmall) = (await SweepAsync(large), await SweepAsync(small));
            if (round >= 0)
            {
                larges.Add(inLarge);
                smalls.Add(inSmall);
            }
        }

        return [Line.OfTimes("zombie-sweep of 100 among 1,000,000 runs, floor: among 1,000", Median.Of(larges), Median.Of(smalls), 2)];
    }

    /// <summary>Makes dead runs and sweeps them; how long the sweep took, in milliseconds.</summary>
    public static async Task<double> SweepAsync(Workbench bench)
    {
        await bench.ExecuteAsync(MakeZombies);
        var began = Stopwatch.GetTimestamp();
        var answer = await bench.PostAsync("/api/internal/cron/zombie-run-sweep", "{}", Workbench.CronToken);
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return (int)answer["swept"]! == Zombies ? time : throw new RequestFailedException(answer.ToJsonString());
    }

    private static async Task LoadHistoryAsync(Workbench bench, int runs)
    {
        await bench.ExecuteAsync(
            $"""
            INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, started_at, completed_at, updated_at)
            SELECT '{Workbench.Organization}', {Ids}, 'EXTERNAL', 'COMPLETED', made_at, 1, made_at, made_at, made_at + interval '1 minute', made_at
              FROM (SELECT now() - interval '1 year' + n * interval '10 seconds' AS made_at, n::text AS seed FROM generate_series(1, {runs}) n) one
            """);
        await bench.ExecuteAsync(
            """
            INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, completed_at, duration_ms, created_at, updated_at)
            SELECT organization_id, id, id, 'node', 'ACTION', 'SUCCEEDED', 0, created_at, completed_at, 60000, created_at, updated_at
              FROM workflow_runs
            """);
        await bench.ExecuteAsync("VACUUM ANALYZE");
    }
}
