using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>What a process costs that has nothing to do, before and after it had much.</summary>
internal static class IdleProcess
{
    private const int Connections = 64;
    private const double MostStatements = 1;
    private const double MostPercent = 0.5;
    private const double MostMegabytes = 200;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HalfOfLoad = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Books.StartBenchAsync();
        await using var books = await Books.OpenAsync(bench);
        var workspace = await Workspace.CreateAsync(bench);
        var start = workspace.StartOf(await workspace.DefineAsync("values", EngineRuns.ThreeValues)).With(0);
        var before = await LineAsync("idle process, fresh", bench, books);
        Comparison.ThrowIfFailed(await PostStep.OursAsync(bench, Connections, HalfOfLoad));
        await EngineRuns.ToTheirEndsAsync(bench, start, HalfOfLoad);
        return [before, await LineAsync("idle process, after 10 s of step reports and runs", bench, books)];
    }

    private static async Task<Line> LineAsync(string name, Workbench bench, Books books)
    {
        await Task.Delay(Settling);
        var (statements, time) = ((await books.ReadAsync()).Statements, bench.ProcessorOf(bench.Service.Id));
        await Task.Delay(Idle);
        var perSecond = ((await books.ReadAsync()).Statements - statements) / Idle.TotalSeconds;
        var percent = (bench.ProcessorOf(bench.Service.Id) - time).Server / Idle.TotalSeconds * 100;
        var megabytes = bench.Service.MemoryOf("VmRSS") * 1.048576;
        return new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.##} statements/s, {percent:0.##} % of a core, {megabytes:N0} MB"),
            Reach: string.Create(CultureInfo.InvariantCulture, $"≤ {MostStatements}/s, ≤ {MostPercent} %, ≤ {MostMegabytes} MB"),
            Reached: perSecond <= MostStatements && percent <= MostPercent && megabytes <= MostMegabytes);
    }
}
