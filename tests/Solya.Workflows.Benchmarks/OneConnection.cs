namespace Solya.Workflows.Benchmarks;

/// <summary>An executor that is alone: what a report costs when nothing shares its commit, and what a batch saves.</summary>
internal static class OneConnection
{
    private const int Reports = 100;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        return
        [
            await PostStep.CompareAsync("post-step, 1 connection", options, bench, 1, atLeast: null),
            await PatchStep.CompareAsync("patch-step, 1 connection", options, bench, 1, atLeast: null),
            await BatchAsync(options, bench),
        ];
    }

    /// <summary>Batches of reports of new nodes of a hundred runs, one after the other.</summary>
    public static async Task<Load> BatchesAsync(Workbench bench, TimeSpan time, long most = long.MaxValue)
    {
        var runs = await ReportedRuns.StartAsync(bench, 112);
        return await bench.LoadAsync(bench.Service, 1, time, _ => n => Batch(runs, n), most);
    }

    private static async Task<Line> BatchAsync(Options options, Workbench bench)
    {
        var floor = await bench.FloorAsync();
        var (ours, floors) = await Comparison.RunAsync(
            options, time => BatchesAsync(bench, time), time => PostStep.FloorsAsync(bench, floor, 1, time));
        return Line.OfRates("reports in batches of 100, 1 connection, floor: one a request", ours, floors, perRequest: Reports);
    }

    /// <summary>A report of the nth node of each of a hundred runs.</summary>
    public static ReadOnlyMemory<byte> Batch(string[] runs, long n)
    {
        var reports = Enumerable.Range(0, Reports).Select(i =>
            $$"""{"runId":"{{runs[i]}}","step":{{ReportedRuns.StepBody.Replace(PreparedRequest.Number, $"{n:D10}", StringComparison.Ordinal)}}}""");
        return PreparedRequest.Of(
            "POST",
            "/api/data-platform/workflow-run-steps/batch",
            $$"""{"organizationId":"{{Workbench.Organization}}","reports":[{{string.Join(',', reports)}}]}""").With(0);
    }
}
