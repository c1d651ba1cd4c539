using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// What processes have used of the processors, from <c>/proc</c>; NaN where there is none. Unlike a rate it does not depend
/// on what else the machine does.
/// </summary>
/// <param name="Server">Of the server process; in seconds, or in microseconds for each request.</param>
/// <param name="Postgres">Of everything that its PostgreSQL runs.</param>
internal readonly record struct ProcessorTime(double Server, double Postgres)
{
    // Of /proc/…/stat, counted after the name, which may hold blanks; the children are those that have ended.
    private const int Parent = 1;
    private const int User = 11;
    private const int System = 12;
    private const int ChildrenUser = 13;
    private const int ChildrenSystem = 14;
    private const double TicksPerSecond = 100;

    /// <summary>Nobody counted.</summary>
    public static ProcessorTime None { get; } = new(double.NaN, double.NaN);

    public static ProcessorTime operator -(ProcessorTime left, ProcessorTime right) => new(left.Server - right.Server, left.Postgres - right.Postgres);

    public static ProcessorTime Of(int server, int postmaster)
        => Directory.Exists("/proc/self") ? new(Ticks(server), Directory.EnumerateDirectories("/proc").Sum(folder =>
            int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) && Read(process) is { } fields
                && (process == postmaster || fields[Parent] == postmaster.ToString(CultureInfo.InvariantCulture))
                ? Ticks(process, withChildren: process == postmaster)
                : 0)) : None;

    /// <summary>The medians of several, each part by itself.</summary>
    public static ProcessorTime MedianOf(IReadOnlyList<ProcessorTime> times)
        => new(Median.Of(times.Select(time => time.Server)), Median.Of(times.Select(time => time.Postgres)));

    /// <summary>Microseconds for each of <paramref name="count"/>.</summary>
    public ProcessorTime Each(double count) => Shared(count / 1_000_000);

    /// <summary>The part of each of <paramref name="count"/>.</summary>
    public ProcessorTime Shared(double count) => new(Server / count, Postgres / count);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Server:N0} + {Postgres:N0}");

    private static double Ticks(int process, bool withChildren = false)
    {
        var fields = Read(process);
        int[] counted = withChildren ? [User, System, ChildrenUser, ChildrenSystem] : [User, System];
        return fields is null ? 0 : counted.Sum(field => double.Parse(fields[field], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static string[]? Read(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended since it was listed
        }
    }
}
