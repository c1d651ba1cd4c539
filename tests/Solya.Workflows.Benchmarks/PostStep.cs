namespace Solya.Workflows.Benchmarks;

/// <summary>Reports of new nodes, spread over many runs, against a server that only inserts the same row.</summary>
internal static class PostStep
{
    private const int RunsPerConnection = 16;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        return [await CompareAsync("post-step, 64 connections", options, bench, 64, atLeast: 0.6)];
    }

    public static async Task<Line> CompareAsync(string name, Options options, Workbench bench, int connections, double? atLeast)
    {
        var floor = await bench.FloorAsync();
        var (ours, floors) = await Comparison.RunAsync(
            options, time => OursAsync(bench, connections, time), time => FloorsAsync(bench, floor, connections, time));
        return Line.OfRates(name, ours, floors, atLeast);
    }

    /// <summary>The service under load, on runs made for this round.</summary>
    /// <param name="service">The process to load; by default the bench's first.</param>
    public static async Task<Load> OursAsync(
        Workbench bench, int connections, TimeSpan time, long mostPerConnection = long.MaxValue, ChildProcess? service = null)
    {
        var runs = await RunsAsync(bench, connections);
        return await bench.LoadAsync(
            service ?? bench.Service, connections, time, Requests(runs, run => $"/api/data-platform/workflow-runs/{run}/steps"), mostPerConnection);
    }

    /// <summary>The same for the floor. It gets runs of its own as well, so that both begin with the same pages in memory.</summary>
    public static async Task<Load> FloorsAsync(Workbench bench, ChildProcess floor, int connections, TimeSpan time)
    {
        var runs = await RunsAsync(bench, connections);
        return await bench.LoadAsync(
            floor, connections, time, Requests(runs, run => $"/runs/{ReportedRuns.RunId(run)}/steps"));
    }

    private static Task<string[]> RunsAsync(Workbench bench, int connections)
        => ReportedRuns.StartAsync(bench, Math.Max(RunsPerConnection * connections, 64));

    private static Func<int, Func<long, ReadOnlyMemory<byte>>> Requests(string[] runs, Func<string, string> pathOf)
        => connection =>
        {
            PreparedRequest[] mine =
                [.. runs.Skip(connection * RunsPerConnection).Take(RunsPerConnection).Select(run => PreparedRequest.Of("POST", pathOf(run), ReportedRuns.StepBody))];
            return n => mine[n % mine.Length].With(n);
        };
}
