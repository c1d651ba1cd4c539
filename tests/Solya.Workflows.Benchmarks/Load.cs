using System.Diagnostics;

namespace Solya.Workflows.Benchmarks;

/// <summary>What one server did under load.</summary>
/// <param name="Rate">Answers per second.</param>
/// <param name="P50">Median time to answer, in milliseconds.</param>
/// <param name="P99">In milliseconds.</param>
/// <param name="Failures">Every answer that was no success.</param>
internal sealed record Load(double Rate, double P50, double P99, IReadOnlyList<string> Failures)
{
    /// <summary>How many answers there were.</summary>
    public int Count { get; init; }

    /// <summary>Microseconds of processor time per answer.</summary>
    public ProcessorTime Processor { get; init; } = ProcessorTime.None;

    public static Load Of(TimeSpan elapsed, long[] times, IReadOnlyList<string> failures)
    {
        Array.Sort(times);
        return new(times.Length / elapsed.TotalSeconds, Milliseconds(times, 0.50), Milliseconds(times, 0.99), failures) { Count = times.Length };
    }

    /// <summary>The medians of several rounds, each figure by itself.</summary>
    public static Load MedianOf(IReadOnlyList<Load> rounds) => new(
        Median.Of(rounds.Select(round => round.Rate)),
        Median.Of(rounds.Select(round => round.P50)),
        Median.Of(rounds.Select(round => round.P99)),
        [.. rounds.SelectMany(round => round.Failures)])
    {
        Processor = ProcessorTime.MedianOf([.. rounds.Select(round => round.Processor)]),
    };

    private static double Milliseconds(long[] sorted, double share)
        => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency;
}

internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
