using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Solya.Workflows.Benchmarks;

/// <summary>Graphs: executed by keyed calls, fanned out and joined again, started by schedules.</summary>
internal static class GraphRuns
{
    private const int Connections = 64;
    private const int FanOut = 200;
    private const int Schedules = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        return [await ExecutionsAsync(options, bench), await FanOutAsync(options, bench), await SchedulesAsync(bench)];
    }

    private static async Task<Line> ExecutionsAsync(Options options, Workbench bench)
    {
        var id = await Graphs.StoreAsync(bench, """{"name":"one node","nodes":[{"id":"a","type":"action","data":{"componentId":"set","values":{"who":"{{ context.user_id }}"}}}],"edges":[]}""");
        var rates = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var first = (round + 2) * 1_000_000L;
            var load = await LoadGenerator.RunAsync(
                bench.Service.Address,
                Connections,
                round < 0 ? Options.WarmUp : options.Round,
                Graphs.ExecutionsOf(id, first));
            Comparison.ThrowIfFailed(load);
            await EngineRuns.DrainAsync(bench);
            var rate = load.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (round >= 0)
            {
                rates.Add(rate);
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: {rate:N0} runs/s"));
            }
        }

        var median = Median.Of(rates);
        return new(
            "execute with an Idempotency-Key, one node, to completed",
            string.Create(CultureInfo.InvariantCulture, $"{median:N0} runs/s"),
            Reach: "≥ 500",
            Reached: median >= 500);
    }

    private static async Task<Line> FanOutAsync(Options options, Workbench bench)
    {
        var nodes = new StringBuilder("""{"id":"start","type":"trigger","data":{"componentId":"manual_trigger"}},{"id":"join","type":"action","data":{"componentId":"set","values":{"joined":true}}}""");
        var edges = new List<string>();
        for (var i = 0; i < FanOut; i++)
        {
            nodes.Append(CultureInfo.InvariantCulture, $$$""",{ "id": "n{{{i}}}", "type": "action", "data": { "componentId": "set", "values": { "i": {{{i}}} } } }""");
            edges.Add($$"""{"id":"a{{i}}","source":"start","target":"n{{i}}"},{"id":"b{{i}}","source":"n{{i}}","target":"join"}""");
        }

        var id = await Graphs.StoreAsync(bench, $$"""{"name":"fan-out","nodes":[{{nodes}}],"edges":[{{string.Join(',', edges)}}]}""");
        var times = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            await Graphs.SendAsync(bench, $"/workflows/{id}/execute", "{}");
            await EngineRuns.DrainAsync(bench);
            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        var median = Median.Of(times);
        return new($"fan-out over {FanOut} nodes and join, one run", Line.Milliseconds(median), Reach: "< 1 s", Reached: median < 1_000);
    }

    /// <summary>From the tick until all runs of the schedules that are due at it have begun.</summary>
    private static async Task<Line> SchedulesAsync(Workbench bench)
    {
        await Graphs.StoreAsync(bench, """{"name":"scheduled","nodes":[{"id":"a","type":"action","data":{"componentId":"set","values":{"a":1}}}],"edges":[],"schedule_type":"daily","schedule_value":"00:00"}""");
        await bench.ExecuteAsync(
            $"""
            INSERT INTO workflows (organization_id, id, face, name, status, latest_version, schedule_type, schedule_value, timezone, catch_up, overlap, schedule_anchor,
                                   waiting_ticks, webhook_token, webhook_token_hash, created_at, updated_at)
            SELECT organization_id, gen_random_uuid(), face, name, status, latest_version, schedule_type, schedule_value, timezone, catch_up, overlap, schedule_anchor,
                   waiting_ticks, 't', sha256(n::text::bytea), created_at, updated_at
              FROM workflows, generate_series(2, {Schedules}) n WHERE name = 'scheduled';
            INSERT INTO workflow_versions (organization_id, workflow_id, number, format, document, created_at)
            SELECT w.organization_id, w.id, 1, 'GRAPH', (SELECT v.document FROM workflow_versions v JOIN workflows o ON o.id = v.workflow_id WHERE o.name = 'scheduled' LIMIT 1), w.created_at
              FROM workflows w WHERE w.name = 'scheduled' AND NOT EXISTS (SELECT FROM workflow_versions v WHERE v.workflow_id = w.id);
            UPDATE workflows SET schedule_anchor = date_trunc('day', now()) - interval '1 minute', next_run_at = date_trunc('day', now()), schedule_due_at = now() WHERE name = 'scheduled';
            """);
        var began = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        await using var count = bench.Source.CreateCommand("SELECT count(*) FROM workflow_runs WHERE scheduled_for IS NOT NULL AND started_at IS NOT NULL");
        while ((long)(await count.ExecuteScalarAsync())! < Schedules)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new RequestFailedException("The schedules did not start in time.");
            }

            await poll.WaitForNextTickAsync();
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await using var twice = bench.Source.CreateCommand("SELECT count(*) - count(DISTINCT workflow_id) FROM workflow_runs WHERE scheduled_for IS NOT NULL");
        var repeated = (long)(await twice.ExecuteScalarAsync())!;
        return new(
            $"{Schedules:N0} schedules due at once, all runs begun",
            string.Create(CultureInfo.InvariantCulture, $"{seconds:N1} s, {repeated} twice"),
            Reach: "≤ 10 s, none twice",
            Reached: seconds <= 10 && repeated == 0);
    }
}
