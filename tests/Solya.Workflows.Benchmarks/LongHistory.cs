using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>What a million finished runs of the same organization cost everything else: the same load beside a short history.</summary>
internal static class LongHistory
{
    private const int ShortHistory = 1_000;
    private const int Connections = 64;
    private const int ListConnections = 4;
    private const int PageSize = 20;
    private const int DeepPage = 10_000;
    private const double AtLeast = 1 / 1.3;
    private const double MostListMilliseconds = 50;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        var deepPage = Math.Min(DeepPage, options.History / PageSize);
        await using var large = await Workbench.StartAsync();
        await using var small = await Workbench.StartAsync();
        var filled = await History.FillAsync(large, options.History);
        await History.FillAsync(small, ShortHistory);
        Report.Progress($"filled in {filled}");
        var (atLarge, atSmall) = (await HistorySide.PrepareAsync(large, deepPage), await HistorySide.PrepareAsync(small, deepPage));

        async Task<(Load Ours, Load Floors)> LoadAsync(Func<HistorySide, TimeSpan, Task<Load>> load)
            => await Comparison.RunAsync(options, time => load(atLarge, time), time => load(atSmall, time));

        async Task<Line> CompareAsync(string name, Func<HistorySide, TimeSpan, Task<Load>> load, double? atLeast = AtLeast)
        {
            var (ours, floors) = await LoadAsync(load);
            return Line.OfRates($"long history: {name}", ours, floors, atLeast);
        }

        // The lists first: what follows makes the short history longer.
        return
        [
            new(string.Create(CultureInfo.InvariantCulture, $"long history: {options.History:N0} runs filled; the floors have {ShortHistory:N0}"), filled),
            await CompareAsync("list of 20 by cursor, page 1", (side, time) => side.ListAsync(side.FirstPage, Connections, time)),
            await CompareAsync(
                string.Create(CultureInfo.InvariantCulture, $"list of 20 by cursor, page {deepPage:N0}, floor: page 1"),
                (side, time) => side.ListAsync(side.DeepPage, Connections, time)),
            TotalsOf(await LoadAsync((side, time) => side.ListAsync(side.NumberedPage, ListConnections, time))),
            await CompareAsync("get-run of 10 steps, old runs", (side, time) => side.ReadOldRunsAsync(Connections, time), atLeast: null),
            await SweepAsync(options, large, small),
            await CompareAsync("post-step", (side, time) => PostStep.OursAsync(side.Bench, Connections, time)),
            await CompareAsync("patch-step", (side, time) => PatchStep.OursAsync(side.Bench, side.Runs, Connections, time)),
            await CompareAsync("get-run of 10 steps", (side, time) => GetRun.OursAsync(side.Bench, side.Runs, Connections, time)),
            await CompareAsync("run of 3 state.set steps, created over HTTP, to COMPLETED", (side, time) => EngineRuns.ToTheirEndsAsync(side.Bench, side.Start, time)),
        ];
    }

    private static Line TotalsOf((Load Ours, Load Floors) loads)
        => Line.OfRates($"long history: list of 20 with total, {ListConnections} connections", loads.Ours, loads.Floors) with
        {
            Reach = $"p99 < {MostListMilliseconds} ms",
            Reached = loads.Ours.P99 < MostListMilliseconds,
        };

    private static async Task<Line> SweepAsync(Options options, Workbench large, Workbench small)
    {
        var (larges, smalls) = (new List<double>(), new List<double>());
        for (var round = -3; round < options.Rounds * 3; round++)
        {
            var (inLarge, inSmall) = (await ZombieSweep.SweepAsync(large), await ZombieSweep.SweepAsync(small));
            if (round >= 0)
            {
                larges.Add(inLarge);
                smalls.Add(inSmall);
            }
        }

        return Line.OfTimes("long history: zombie-sweep of 100", Median.Of(larges), Median.Of(smalls), 1.3);
    }
}
