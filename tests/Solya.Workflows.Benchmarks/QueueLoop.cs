using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>Steps through the engine, and through workers outside, against raw loops on a narrow table.</summary>
internal static class QueueLoop
{
    private const int StepsPerRun = 3;
    private const int RawConnections = 4;
    private const int Workers = 8;
    private const string Handler = "benchmark.work";
    private const double AtLeast = 0.4;
    private const double LeastEffects = 5_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var workspace = await Workspace.CreateAsync(bench);
        var effects = await CompareAsync(options, bench, workspace, EngineRuns.ThreeNothings);
        return
        [
            LineOf("steps of runs of 3 state.set steps, created over HTTP", await CompareAsync(options, bench, workspace, EngineRuns.ThreeValues)),
            LineOf("steps of runs of 3 no-op effects, created over HTTP", effects) with
            {
                Reach = string.Create(CultureInfo.InvariantCulture, $"≥ {AtLeast} and ≥ {LeastEffects:N0}/s"),
                Reached = effects.Ours.Rate >= AtLeast * effects.Floors.Rate && effects.Ours.Rate >= LeastEffects,
            },
            await WorkersAsync(options, bench, workspace),
        ];
    }

    private static Line LineOf(string name, (Load Ours, Load Floors) loads)
        // The times are of creations on one side and of ten rows on the other.
        => Line.OfRates($"{name}, floor: rows of a raw loop", loads.Ours, loads.Floors) with { OursTimes = "", FloorTimes = "" };

    private static async Task<(Load Ours, Load Floors)> CompareAsync(Options options, Workbench bench, Workspace workspace, string steps)
    {
        var start = workspace.StartOf(await workspace.DefineAsync($"steps {steps.Length}", steps)).With(0);
        return await Comparison.RunAsync(
            options, time => EngineRuns.ToTheirEndsAsync(bench, start, time, StepsPerRun), time => RawQueue.ChainAsync(bench, RawConnections, time));
    }

    private static async Task<Line> WorkersAsync(Options options, Workbench bench, Workspace workspace)
    {
        var definition = await workspace.DefineAsync("work", $"[{string.Join(',', new[] { "a", "b", "c" }.Select(name =>
            $$"""{"name":"{{name}}","type":"task","handler":"{{Handler}}"}"""))}]");
        var (ours, floors) = await Comparison.RunAsync(
            options, time => WorkAsync(bench, workspace, definition, time), time => RawQueue.LeasesAsync(bench, Workers, time));
        return LineOf($"steps by {Workers} workers outside, claimed by 10", (ours, floors)) with
        {
            Reach = string.Create(CultureInfo.InvariantCulture, $"≥ {AtLeast}"),
            Reached = ours.Rate >= AtLeast * floors.Rate,
        };
    }

    /// <summary>Starts more runs than the workers can do in the time, and lets them work; the rate is of completed steps.</summary>
    private static async Task<Load> WorkAsync(Workbench bench, Workspace workspace, string definition, TimeSpan time)
    {
        const int MostRunsPerSecond = 3_000;
        const int Connections = 64;
        var waiting = await bench.ReadAsync<long>("SELECT count(*) FROM worker_tasks");
        var wanted = Math.Max(0, (long)(MostRunsPerSecond * time.TotalSeconds) - waiting);
        var start = workspace.StartOf(definition).With(0);
        Comparison.ThrowIfFailed(await LoadGenerator.RunAsync(bench.Service.Address, Connections, Patience, _ => _ => start, wanted / Connections));
        await bench.WaitForAsync(
            "SELECT NOT EXISTS (SELECT FROM run_queue WHERE due_at <= clock_timestamp() OR lease_epoch IS NOT NULL)", Patience, "The steps did not reach the workers in time.");

        var workers = Enumerable.Range(0, Workers).Select(i => new Worker(workspace, Handler, i)).ToArray();
        var load = await bench.LoadAsync(
            bench.Service, Workers, time, connection => _ => workers[connection].Next(), onAnswer: (connection, answer) => workers[connection].Receive(answer));
        var completed = workers.Sum(worker => worker.Completed);
        return load with
        {
            Count = completed,
            Rate = load.Rate * completed / load.Count,
            Processor = load.Processor.Shared((double)completed / load.Count),
        };
    }
}
