using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="Ours">The service's figure, with its unit.</param>
/// <param name="Floor">The figure it is compared with.</param>
/// <param name="Processor">Microseconds of processor time per request: of the service and PostgreSQL, of the floor and PostgreSQL.</param>
/// <param name="Reach">What is to be reached; null when the line only informs.</param>
/// <param name="Reached">Whether it was.</param>
internal sealed record Line(
    string Name, string Ours, string Floor = "", string Ratio = "", string OursTimes = "", string FloorTimes = "", string Processor = "", string? Reach = null, bool Reached = false)
{
    /// <summary>Requests per second of both; to reach is a share of the floor's.</summary>
    public static Line OfRates(string name, Load ours, Load floors, double? atLeast = null, int perRequest = 1)
    {
        var ratio = ours.Rate * perRequest / floors.Rate;
        return new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{ours.Rate * perRequest:N0}/s"),
            string.Create(CultureInfo.InvariantCulture, $"{floors.Rate:N0}/s"),
            Times(ratio),
            Latency(ours),
            Latency(floors),
            string.Create(CultureInfo.InvariantCulture, $"{ours.Processor.Shared(perRequest)} / {floors.Processor}"),
            atLeast is null ? null : string.Create(CultureInfo.InvariantCulture, $"≥ {atLeast:0.0#}"),
            ratio >= atLeast);
    }

    /// <summary>Milliseconds of both; to reach is a multiple of the other's.</summary>
    public static Line OfTimes(string name, double ours, double floors, double? atMost = null)
        => new(
            name,
            Milliseconds(ours),
            Milliseconds(floors),
            Times(ours / floors),
            Reach: atMost is null ? null : string.Create(CultureInfo.InvariantCulture, $"≤ {atMost:0.0#}"),
            Reached: ours / floors <= atMost);

    public static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:N1} ms");

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}");

    private static string Latency(Load load) => string.Create(CultureInfo.InvariantCulture, $"{load.P50:0.00} / {load.P99:0.00}");
}

/// <summary>What the benchmarks print.</summary>
internal static class Report
{
    private const string Row = "| {0} | {1} | {2} | {3} | {4} | {5} | {6} | {7} | {8} |";

    /// <summary>For who waits; it is no part of the results.</summary>
    public static void Progress(string text) => Console.Error.WriteLine($"  {text}");

    public static void Begin(string name) => Console.Error.WriteLine(name);

    public static void Print(Line line) => Console.WriteLine(
        $"{line.Name}: {line.Ours}"
        + (line.Floor.Length > 0 ? $" to {line.Floor}" : "")
        + (line.Ratio.Length > 0 ? $", ratio {line.Ratio}" : "")
        + (line.OursTimes.Length > 0 ? $", p50/p99 ms {line.OursTimes} to {line.FloorTimes}" : "")
        + (line.Processor.Length > 0 ? $", processor µs {line.Processor}" : "")
        + (line.Reach is null ? "" : $"; to reach {line.Reach}: {Verdict(line)}"));

    public static void PrintTable(IEnumerable<Line> lines, string machine)
    {
        Console.WriteLine();
        Console.WriteLine(Row, "benchmark", "service", "floor", "ratio", "service p50 / p99 ms", "floor p50 / p99 ms", "processor µs, service + postgres / floor + postgres", "to reach", "reached");
        Console.WriteLine(Row, "---", "---:", "---:", "---:", "---:", "---:", "---:", "---", "---");
        foreach (var line in lines)
        {
            Console.WriteLine(Row, line.Name, line.Ours, line.Floor, line.Ratio, line.OursTimes, line.FloorTimes, line.Processor, line.Reach ?? "", line.Reach is null ? "" : Verdict(line));
        }

        Console.WriteLine();
        Console.WriteLine(machine);
    }

    private static string Verdict(Line line) => line.Reached ? "yes" : "no";
}
