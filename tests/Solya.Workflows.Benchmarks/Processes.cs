using System.Diagnostics;
using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>The same load on one, two and four processes of the service that share a database.</summary>
internal static class Processes
{
    private const int Connections = 64;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Books.StartBenchAsync();
        await using var books = await Books.OpenAsync(bench);
        var workspace = await Workspace.CreateAsync(bench);
        var start = workspace.StartOf(await workspace.DefineAsync("nothings", EngineRuns.ThreeNothings)).With(0);
        var services = new List<ChildProcess> { bench.Service };
        try
        {
            var lines = new List<Line>();
            foreach (var count in (int[])[1, 2, 4])
            {
                while (services.Count < count)
                {
                    services.Add(await bench.StartServiceAsync());
                }

                lines.Add(await ThroughputAsync(options, bench, services, start));
            }

            await Task.Delay(Settling);
            var before = await books.ReadAsync();
            await Task.Delay(Idle);
            var statements = ((await books.ReadAsync()).Statements - before.Statements) / Idle.TotalSeconds;
            lines.Add(new($"idle second of {services.Count} processes", string.Create(CultureInfo.InvariantCulture, $"{statements:0.##} statements")));
            return lines;
        }
        finally
        {
            foreach (var service in services.Skip(1))
            {
                await service.DisposeAsync();
            }
        }
    }

    private static async Task<Line> ThroughputAsync(Options options, Workbench bench, List<ChildProcess> services, ReadOnlyMemory<byte> start)
    {
        var rates = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var loads = await Task.WhenAll(services.Select(service => LoadGenerator.RunAsync(
                service.Address, Connections / services.Count, round < 0 ? Options.WarmUp : options.Round, _ => _ => start)));
            foreach (var load in loads)
            {
                Comparison.ThrowIfFailed(load);
            }

            await EngineRuns.DrainAsync(bench);
            if (round >= 0)
            {
                rates.Add(loads.Sum(load => load.Count) / Stopwatch.GetElapsedTime(began).TotalSeconds);
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"processes: {services.Count}, round {round + 1}: {rates[^1]:N0} runs/s"));
            }
        }

        var repeated = await bench.ReadAsync<long>(
            """
            SELECT count(*) FROM (
                SELECT FROM workflow_run_events WHERE event_type = 'step.completed' GROUP BY organization_id, run_id, step_id HAVING count(*) > 1) repeated
            """);
        return new(
            $"runs of 3 no-op effects, {Connections} connections, {services.Count} {(services.Count == 1 ? "process" : "processes")}",
            string.Create(CultureInfo.InvariantCulture, $"{Median.Of(rates):N0} runs/s, {repeated} steps twice"),
            Reach: "none twice",
            Reached: repeated == 0);
    }
}
