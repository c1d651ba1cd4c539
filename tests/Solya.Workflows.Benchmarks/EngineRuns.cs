using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Solya.Workflows.Benchmarks;

/// <summary>What the engine does in a second, and how soon: runs created over HTTP, executed to their end.</summary>
internal static class EngineRuns
{
    public const string ThreeValues =
        """
        [{"name":"a","type":"task","handler":"state.set","config":{"total":"{{ input.amount }}"}},
         {"name":"b","type":"task","handler":"state.set","config":{"label":"{{ customer }} owes {{ total }}"}},
         {"name":"c","type":"task","handler":"state.set","config":{"done":true}}]
        """;

    public const string ThreeNothings =
        """
        [{"name":"a","type":"task","handler":"effect.noop"},{"name":"b","type":"task","handler":"effect.noop"},{"name":"c","type":"task","handler":"effect.noop"}]
        """;

    private const int Connections = 64;
    private const int IdleRuns = 100;
    private const int Sequence = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var floor = await bench.FloorAsync();
        var workspace = await Workspace.CreateAsync(bench);
        var values = await workspace.DefineAsync("values", ThreeValues);
        var nothings = await workspace.DefineAsync("nothings", ThreeNothings);
        var requests = await workspace.DefineAsync("requests", $"[{string.Join(',', new[] { "a", "b", "c" }.Select(name =>
            $$$"""{"name":"{{{name}}}","type":"task","handler":"http.request","config":{"method":"GET","url":"{{{floor.Address}}}"}}"""))}]");
        var nothing = await workspace.DefineAsync("nothing", """[{"name":"a","type":"task","handler":"effect.noop"}]""");
        var sequence = await workspace.DefineAsync("sequence", $"[{string.Join(',', Enumerable.Range(0, Sequence).Select(i =>
            $$"""{"name":"s{{i}}","type":"task","handler":"effect.noop"}"""))}]");

        return
        [
            await ThroughputAsync(options, bench, workspace, "runs of 3 state.set steps, created over HTTP, to COMPLETED", values, 1, "runs", 1_000),
            await ThroughputAsync(options, bench, workspace, "runs of 3 no-op effects, created over HTTP, to COMPLETED", nothings, 3, "steps", null),
            await ThroughputAsync(options, bench, workspace, "runs of 3 http.request steps to a local receiver", requests, 3, "steps", 400),
            await FirstStepAsync(bench, workspace, nothing),
            await SequenceAsync(options, bench, workspace, sequence),
        ];
    }

    /// <summary>Creates runs for a while, then waits until the last one has ended: the whole time counts, for each step.</summary>
    public static async Task<Load> ToTheirEndsAsync(Workbench bench, ReadOnlyMemory<byte> request, TimeSpan time, int steps = 1)
    {
        var before = bench.ProcessorOf(bench.Service.Id);
        var began = Stopwatch.GetTimestamp();
        var load = await LoadGenerator.RunAsync(bench.Service.Address, Connections, time, _ => _ => request);
        Comparison.ThrowIfFailed(load);
        await RestAsync(bench);
        var count = load.Count * steps;
        var whole = load with
        {
            Rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds,
            Count = count,
            Processor = (bench.ProcessorOf(bench.Service.Id) - before).Each(count),
        };
        await DrainAsync(bench);
        return whole;
    }

    private static async Task<Line> ThroughputAsync(
        Options options, Workbench bench, Workspace workspace, string name, string definition, int perRun, string unit, double? atLeast)
    {
        var rates = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var load = await ToTheirEndsAsync(bench, workspace.StartOf(definition).With(0), round < 0 ? Options.WarmUp : options.Round, perRun);
            if (round >= 0)
            {
                rates.Add(load.Rate);
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: {load.Rate:N0} {unit}/s"));
            }
        }

        var median = Median.Of(rates);
        return new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{median:N0} {unit}/s"),
            Reach: atLeast is null ? null : string.Create(CultureInfo.InvariantCulture, $"≥ {atLeast:N0}"),
            Reached: median >= atLeast);
    }

    /// <summary>From the creation of a run to the beginning of its first step, while nothing else happens.</summary>
    private static async Task<Line> FirstStepAsync(Workbench bench, Workspace workspace, string definition)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < IdleRuns; i++)
        {
            await workspace.StartAsync(definition);
            await pause.WaitForNextTickAsync();
        }

        await DrainAsync(bench);
        var times = await TimesAsync(
            bench,
            """
            SELECT (extract(epoch FROM step.started_at - run.created_at) * 1000)::float8
              FROM workflow_runs run JOIN workflow_run_steps step ON step.organization_id = run.organization_id AND step.run_id = run.id
             ORDER BY run.id DESC LIMIT 100
            """);
        Array.Sort(times);
        var (p50, p99) = (times[times.Length / 2], times[(int)(times.Length * 0.99)]);
        return new(
            "create → first step started, idle system (p50, p99)",
            $"{Line.Milliseconds(p50)}, {Line.Milliseconds(p99)}",
            Reach: "p50 ≤ 15 ms",
            Reached: p50 <= 15);
    }

    private static async Task<Line> SequenceAsync(Options options, Workbench bench, Workspace workspace, string definition)
    {
        var (ours, floors) = (new List<double>(), new List<double>());
        for (var round = -1; round < options.Rounds; round++)
        {
            await workspace.StartAsync(definition);
            await DrainAsync(bench);
            var time = (await TimesAsync(bench, "SELECT (extract(epoch FROM completed_at - created_at) * 1000)::float8 FROM workflow_runs ORDER BY id DESC LIMIT 1"))[0];
            var floor = await CommitsAsync(bench);
            if (round >= 0)
            {
                ours.Add(time);
                floors.Add(floor);
            }
        }

        return Line.OfTimes($"{Sequence} sequential effect steps, one run; floor: {Sequence} commits", Median.Of(ours), Median.Of(floors)) with
        {
            Reach = "≤ 600 ms",
            Reached = Median.Of(ours) <= 600,
        };
    }

    private static async Task<double> CommitsAsync(Workbench bench)
    {
        await using var connection = await bench.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("UPDATE workflow_runs SET epoch = epoch WHERE id = (SELECT id FROM workflow_runs ORDER BY id DESC LIMIT 1)", connection);
        await command.ExecuteNonQueryAsync();
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Sequence; i++)
        {
            await command.ExecuteNonQueryAsync();
        }

        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Waits until every run has ended.</summary>
    /// <exception cref="RequestFailedException">One did not end in time, or did not complete.</exception>
    public static async Task DrainAsync(Workbench bench)
    {
        await RestAsync(bench);
        if (await bench.ReadAsync<long>("SELECT count(*) FROM workflow_runs WHERE executor = 'ENGINE' AND status <> 'COMPLETED'") is > 0 and var left)
        {
            throw new RequestFailedException($"{left} runs did not complete.");
        }
    }

    /// <summary>Waits until the engine has nothing left to do, now or later.</summary>
    /// <exception cref="RequestFailedException">It had, for too long.</exception>
    public static Task RestAsync(Workbench bench)
        => bench.WaitForAsync("SELECT NOT EXISTS (SELECT FROM run_queue)", Patience, "The runs did not end in time.");

    private static async Task<double[]> TimesAsync(Workbench bench, string sql)
    {
        await using var command = bench.Source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var times = new List<double>();
        while (await rows.ReadAsync())
        {
            times.Add(rows.GetDouble(0));
        }

        return [.. times];
    }
}
