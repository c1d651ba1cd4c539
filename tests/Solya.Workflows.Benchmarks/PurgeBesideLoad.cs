using System.Diagnostics;
using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// Reports under full load to a process that deletes old runs meanwhile, against one that keeps them, on one database. The
/// first is halted while the other is under load. A round in which nothing was deleted is no measurement and fails.
/// </summary>
internal static class PurgeBesideLoad
{
    private const int MostHistory = 200_000;
    private const int Connections = 64;
    private const double AtLeast = 0.9;

    // As many as may have been on their way when the process was halted.
    private const int OneTransaction = 100;

    // What stays is younger than this, and counts as no history any more.
    private const string OldRuns = "SELECT count(*) FROM workflow_runs WHERE status = 'COMPLETED' AND completed_at < now() - interval '1 day'";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> Purging = new() { ["Retention__Runs"] = "1.00:00:00" };

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var filled = await History.FillAsync(bench, Math.Min(options.History, MostHistory));
        Report.Progress($"filled in {filled}");

        await using var purging = await bench.StartServiceAsync(Purging);
        await using var keeping = await bench.StartServiceAsync();
        var deleted = new List<double>();
        var (with, without) = await Comparison.RunAsync(
            options,
            async time =>
            {
                var (load, _, rate) = await DeletedAsync(bench, () => PostStep.OursAsync(bench, Connections, time, service: purging));
                deleted.Add(rate > 0 ? rate : throw new RequestFailedException("Nothing was deleted in a round."));
                return load;
            },
            async time =>
            {
                await using var halt = await HaltAsync(bench, purging);
                var (load, count, _) = await DeletedAsync(bench, () => PostStep.OursAsync(bench, Connections, time, service: keeping));
                return count <= OneTransaction ? load : throw new RequestFailedException("Runs were deleted in a round without a purge.");
            });

        return
        [
            Line.OfRates($"post-step, {Connections} connections, beside a purge; floor: without", with, without, AtLeast),
            LineOf("purge of runs of 10 steps and 10 events beside that load", deleted.Skip(1)),
            await IdleAsync(bench, purging, options.Round),
        ];
    }

    /// <summary>
    /// Halts the process early in a rest, which is many times as long as its work was. Within a transaction the halt would
    /// count as work, and be rested for.
    /// </summary>
    private static async Task<IAsyncDisposable> HaltAsync(Workbench bench, ChildProcess purging)
    {
        const string Works = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')";
        const string Rests = $"SELECT NOT ({Works})";
        await bench.WaitForAsync(Works, Patience, "The purge has stopped.", TimeSpan.FromMilliseconds(1));
        await bench.WaitForAsync(Rests, Patience, "The purge does not rest.", TimeSpan.FromMilliseconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(30));
        return await purging.HaltAsync();
    }

    /// <summary>The purge alone; the processor time is of a run deleted, and does not depend on what else the machine does.</summary>
    private static async Task<Line> IdleAsync(Workbench bench, ChildProcess service, TimeSpan time)
    {
        var (spent, count, rate) = await DeletedAsync(bench, async () =>
        {
            var before = bench.ProcessorOf(service.Id);
            await Task.Delay(time);
            return bench.ProcessorOf(service.Id) - before;
        });
        return LineOf("purge of runs of 10 steps and 10 events, idle", [rate]) with { Processor = spent.Each(count).ToString() };
    }

    private static async Task<(T Result, long Count, double Rate)> DeletedAsync<T>(Workbench bench, Func<Task<T>> meanwhile)
    {
        var before = await bench.ReadAsync<long>(OldRuns);
        var began = Stopwatch.GetTimestamp();
        var result = await meanwhile();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var after = await bench.ReadAsync<long>(OldRuns);
        return after > 0 ? (result, before - after, (before - after) / elapsed.TotalSeconds) : throw new RequestFailedException("The purge ran out of old runs within a round.");
    }

    private static Line LineOf(string name, IEnumerable<double> rates)
        => new(name, string.Create(CultureInfo.InvariantCulture, $"{Median.Of(rates):N0} runs/s"));
}
