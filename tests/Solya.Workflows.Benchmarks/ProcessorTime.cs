using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// What processes have used of the processors, from <c>/proc</c>; NaN where there is none. Unlike a rate it does not depend
/// on what else the machine does.
/// </summary>
internal static class ProcessorTime
{
    // Of /proc/…/stat, counted after the name, which may hold blanks; the children are those that have ended.
    private const int Parent = 1;
    private const int User = 11;
    private const int System = 12;
    private const int ChildrenUser = 13;
    private const int ChildrenSystem = 14;
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of the server process and of everything that its PostgreSQL runs.</summary>
    public static double Of(int server, int postmaster)
        => Directory.Exists("/proc/self") ? Ticks(server) + Directory.EnumerateDirectories("/proc").Sum(folder =>
            int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) && Read(process) is { } fields
                && (process == postmaster || fields[Parent] == postmaster.ToString(CultureInfo.InvariantCulture))
                ? Ticks(process, withChildren: process == postmaster)
                : 0) : double.NaN;

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
