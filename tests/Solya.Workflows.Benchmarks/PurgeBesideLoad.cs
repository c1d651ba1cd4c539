using System.Diagnostics;
using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// Reports under full load while the same process deletes old runs, against a process that keeps them, on one database. A
/// round begins with a fresh process on both sides: a purge begins with its process, and must not go on beside the other.
/// </summary>
internal static class PurgeBesideLoad
{
    private const int MostHistory = 200_000;
    private const int Connections = 64;
    private const double AtLeast = 0.9;

    // What stays is younger than this, and counts as no history any more.
    private const string OldRuns = "SELECT count(*) FROM workflow_runs WHERE status = 'COMPLETED' AND completed_at < now() - interval '1 day'";

    private static readonly Dictionary<string, string> Purging = new() { ["Retention__Runs"] = "1.00:00:00" };
    private static readonly Dictionary<string, string> Keeping = [];

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var filled = await History.FillAsync(bench, Math.Min(options.History, MostHistory));
        Report.Progress($"filled in {filled}");

        var (with, without, deleted) = (new List<Load>(), new List<Load>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            // In turns who begins: the second finds more in memory.
            var early = round % 2 == 1 ? (await RoundAsync(bench, Keeping, options.Round)).Load : null;
            var (load, rate) = await RoundAsync(bench, Purging, options.Round);
            with.Add(load);
            deleted.Add(rate);
            without.Add(early ?? (await RoundAsync(bench, Keeping, options.Round)).Load);
            Report.Progress(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1}: {load.Rate:N0}/s to {without[^1].Rate:N0}/s, {load.Processor} to {without[^1].Processor} µs of processor time each; {rate:N0} runs/s deleted"));
        }

        return
        [
            Line.OfRates($"post-step, {Connections} connections, beside a purge; floor: without", Load.MedianOf(with), Load.MedianOf(without), AtLeast),
            LineOf("purge of runs of 10 steps and 10 events beside that load", deleted),
            await IdleAsync(bench, options.Round),
        ];
    }

    /// <summary>The load, and the runs deleted per second meanwhile.</summary>
    private static async Task<(Load Load, double Deleted)> RoundAsync(Workbench bench, Dictionary<string, string> settings, TimeSpan time)
    {
        await using var service = await bench.StartServiceAsync(settings);
        Comparison.ThrowIfFailed(await PostStep.OursAsync(bench, Connections, Options.WarmUp, service: service));
        var (load, rate) = await DeletedAsync(bench, () => PostStep.OursAsync(bench, Connections, time, service: service));
        Comparison.ThrowIfFailed(load);
        return (rate > 0) == (settings == Purging)
            ? (load, rate)
            : throw new RequestFailedException(string.Create(CultureInfo.InvariantCulture, $"{rate:N0} runs/s were deleted, which was not what was asked for."));
    }

    /// <summary>The purge alone; the processor time is of a run deleted, and does not depend on what else the machine does.</summary>
    private static async Task<Line> IdleAsync(Workbench bench, TimeSpan time)
    {
        await using var service = await bench.StartServiceAsync(Purging);
        await Task.Delay(Options.WarmUp);
        var (spent, rate) = await DeletedAsync(bench, async () =>
        {
            var before = bench.ProcessorOf(service.Id);
            await Task.Delay(time);
            return bench.ProcessorOf(service.Id) - before;
        });
        return LineOf("purge of runs of 10 steps and 10 events, idle", [rate]) with { Processor = spent.Each(rate * time.TotalSeconds).ToString() };
    }

    private static async Task<(T Result, double Rate)> DeletedAsync<T>(Workbench bench, Func<Task<T>> meanwhile)
    {
        var before = await bench.ReadAsync<long>(OldRuns);
        var began = Stopwatch.GetTimestamp();
        var result = await meanwhile();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var after = await bench.ReadAsync<long>(OldRuns);
        return after > 0 ? (result, (before - after) / elapsed.TotalSeconds) : throw new RequestFailedException("The purge ran out of old runs within a round.");
    }

    private static Line LineOf(string name, IReadOnlyList<double> rates)
        => new(name, string.Create(CultureInfo.InvariantCulture, $"{Median.Of(rates):N0} runs/s"), Reach: "some in each round", Reached: rates.All(rate => rate > 0));
}
