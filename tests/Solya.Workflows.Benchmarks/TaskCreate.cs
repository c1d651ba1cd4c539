using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Benchmarks;

/// <summary>Many candidates in one call, against the bare statement on an identical table with identical indexes.</summary>
internal static class TaskCreate
{
    private const int Candidates = 10_000;
    private const int ManyCandidates = 100_000;
    private const double AtMost = 1.5;

    private const string FloorSql =
        """
        WITH recorded AS (
            INSERT INTO floor_tasks AS task (organization_id, id, candidate_key, domain, variant_id, shop_id, status, workflow_run_id,
                                             refresh_count, created_at, updated_at)
            SELECT $5, id, key, 'restock', variant_id, shop_id, 'OPEN', $6, 0, $7, $7
              FROM unnest($1, $2, $3, $4) AS candidate(key, id, variant_id, shop_id)
             ORDER BY key
            ON CONFLICT (organization_id, candidate_key) WHERE status = 'OPEN' DO UPDATE SET
                workflow_run_id = excluded.workflow_run_id,
                refresh_count = task.refresh_count + 1,
                updated_at = excluded.updated_at
            RETURNING refresh_count
        )
        SELECT count(*) FILTER (WHERE refresh_count = 0), count(*) FILTER (WHERE refresh_count > 0) FROM recorded
        """;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        await bench.ExecuteAsync(FloorServer.Tables);
        var times = new Dictionary<string, List<double>> { ["fresh"] = [], ["fresh floor"] = [], ["refresh"] = [], ["refresh floor"] = [] };

        // Two rounds more than asked for: the first ones compile and prepare.
        for (var round = -2; round < options.Rounds; round++)
        {
            var body = Body(round, Candidates);
            var fresh = await OursAsync(bench, body, Candidates, "created");
            var freshFloor = await FloorsAsync(bench, round);
            var refresh = await OursAsync(bench, body, Candidates, "updated");
            var refreshFloor = await FloorsAsync(bench, round);
            if (round >= 0)
            {
                times["fresh"].Add(fresh);
                times["fresh floor"].Add(freshFloor);
                times["refresh"].Add(refresh);
                times["refresh floor"].Add(refreshFloor);
                Report.Progress($"round {round + 1}: fresh {fresh:N0} to {freshFloor:N0} ms, refresh {refresh:N0} to {refreshFloor:N0} ms");
            }
        }

        return
        [
            Line.OfTimes("task-create, 10,000 new candidates", Median.Of(times["fresh"]), Median.Of(times["fresh floor"]), AtMost),
            Line.OfTimes("task-create, 10,000 known candidates", Median.Of(times["refresh"]), Median.Of(times["refresh floor"]), AtMost),
            await ManyAsync(),
        ];
    }

    /// <summary>The body of a call with candidates of its own.</summary>
    public static string Body(int series, int count)
        => $$"""{"organizationId":"{{Workbench.Organization}}","domains":["restock"],"minConfidence":0.5,"workflowRunId":"databricks-{{series}}","perimeter":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"variantId":"{{Variant(series, i)}}","shopId":"{{Shop(i)}}"}"""))}}]}""";

    // On a service of its own, which has not yet grown for anything else.
    private static async Task<Line> ManyAsync()
    {
        await using var bench = await Workbench.StartAsync();
        await OursAsync(bench, Body(0, 1), 1, "created");
        bench.Service.ForgetPeakMemory();
        var idle = bench.Service.MemoryOf("VmRSS");
        var time = await OursAsync(bench, Body(1, ManyCandidates), ManyCandidates, "created");
        return new(
            "task-create, 100,000 new candidates, first call",
            Line.Milliseconds(time),
            string.Create(CultureInfo.InvariantCulture, $"peak memory {bench.Service.MemoryOf("VmHWM") - idle:N0} MiB above idle ({idle:N0} MiB)"));
    }

    private static async Task<double> OursAsync(Workbench bench, string body, int expected, string outcome)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await bench.PostAsync("/api/data-platform/workflow-actions/task-create", body);
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return (int)answer[outcome]! == expected ? time : throw new RequestFailedException(answer.ToJsonString());
    }

    private static async Task<double> FloorsAsync(Workbench bench, int series)
    {
        // In the order of the keys and with growing ids, as the service sends them: both indexes then fill from one end.
        var candidates = Enumerable.Range(0, Candidates)
            .Select(i => (Key: NaturalKey.Of("restock", Variant(series, i), Shop(i)), Variant: Variant(series, i), Shop: Shop(i)))
            .OrderBy(candidate => candidate.Key)
            .ToArray();
        var ids = new IdGenerator(TimeProvider.System);

        await using var connection = await bench.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(FloorSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. candidates.Select(candidate => candidate.Key)] },
                new NpgsqlParameter<Guid[]> { TypedValue = [.. candidates.Select(_ => ids.NextId())] },
                new NpgsqlParameter<string[]> { TypedValue = [.. candidates.Select(candidate => candidate.Variant)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<string[]> { TypedValue = [.. candidates.Select(candidate => candidate.Shop)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<string> { TypedValue = Workbench.Organization },
                new NpgsqlParameter<string> { TypedValue = $"databricks-{series}" },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = TimeProvider.System.GetUtcNow() },
            },
        };
        var began = Stopwatch.GetTimestamp();
        await command.ExecuteScalarAsync();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static string Variant(int series, int i) => $"variant-{series}-{i:D6}";

    private static string Shop(int i) => $"shop-{i % 50:D2}";
}
