namespace Solya.Workflows.Benchmarks;

/// <summary>Patches of known steps against a server that only updates the same row by its key.</summary>
internal static class PatchStep
{
    private const int RunsPerConnection = 8;
    private const int StepsPerRun = 10;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        return [await CompareAsync("patch-step, 64 connections", options, bench, 64, atLeast: 0.6)];
    }

    public static async Task<Line> CompareAsync(string name, Options options, Workbench bench, int connections, double? atLeast)
    {
        var floor = await bench.FloorAsync();
        var runs = await StepsAsync(bench, connections);
        await bench.ExecuteAsync("INSERT INTO floor_steps SELECT * FROM workflow_run_steps ON CONFLICT DO NOTHING; ANALYZE");
        var (ours, floors) = await Comparison.RunAsync(
            options,
            time => OursAsync(bench, runs, connections, time),
            time => bench.LoadAsync(
                floor, connections, time, Requests(runs, (run, step) => $"/runs/{ReportedRuns.RunId(run)}/steps/{ReportedRuns.StepId(step)}")));
        return Line.OfRates(name, ours, floors, atLeast);
    }

    public static Task<IReadOnlyList<(string Run, string[] Steps)>> StepsAsync(Workbench bench, int connections)
        => ReportedRuns.WithStepsAsync(bench, Math.Max(RunsPerConnection * connections, 64), StepsPerRun);

    public static Task<Load> OursAsync(
        Workbench bench, IReadOnlyList<(string, string[])> runs, int connections, TimeSpan time, long mostPerConnection = long.MaxValue)
        => bench.LoadAsync(
            bench.Service, connections, time, Requests(runs, (_, step) => $"/api/data-platform/workflow-run-steps/{step}"), mostPerConnection);

    private static Func<int, Func<long, ReadOnlyMemory<byte>>> Requests(
        IReadOnlyList<(string Run, string[] Steps)> runs, Func<string, string, string> pathOf)
        => connection =>
        {
            var mine = runs.Skip(connection * RunsPerConnection).Take(RunsPerConnection).ToArray();
            PreparedRequest[] requests =
                [.. Enumerable.Range(0, StepsPerRun).SelectMany(i => mine.Select(run => PreparedRequest.Of("PATCH", pathOf(run.Run, run.Steps[i]), ReportedRuns.PatchBody)))];
            return n => requests[n % requests.Length].With(n);
        };
}
