namespace Solya.Workflows.Tests.Schedules;

/// <summary>
/// What a person would find who watched a clock on the wall for two years, minute after minute, and noted every tick. It knows
/// time zones from the system, not from the library that the schedules use.
/// </summary>
internal sealed class WallClock
{
    public static readonly DateTimeOffset From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset To = new(2025, 12, 31, 0, 0, 0, TimeSpan.Zero);

    // The watch begins a day early, so that what a clock showed before is known.
    private static readonly DateTimeOffset Begin = From.AddDays(-1);

    private static readonly Dictionary<string, WallClock> Known = [];

    private readonly DateTime[] _shown;

    private WallClock(TimeZoneInfo zone)
        => _shown = [.. Enumerable.Range(0, (int)(To - Begin).TotalMinutes + 1).Select(minute =>
        {
            var instant = Begin.AddMinutes(minute);
            return instant.UtcDateTime + zone.GetUtcOffset(instant);
        })];

    public static IReadOnlyList<string> Zones { get; } =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
        "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo",
    ];

    public static WallClock In(string zone)
    {
        lock (Known)
        {
            return Known.TryGetValue(zone, out var known) ? known : Known[zone] = new(TimeZoneInfo.FindSystemTimeZoneById(zone));
        }
    }

    /// <summary>The instants at which a clock jumped, forward or back.</summary>
    public IEnumerable<DateTimeOffset> Jumps()
        => Enumerable.Range(1, _shown.Length - 1).Where(i => _shown[i] - _shown[i - 1] != TimeSpan.FromMinutes(1)).Select(i => Begin.AddMinutes(i));

    /// <summary>Every wanted minute that the clock shows, as often as it shows it.</summary>
    public IEnumerable<DateTimeOffset> InRealTime(Func<DateTime, bool> wanted, DateTimeOffset after, DateTimeOffset to)
        => Minutes(after, to).Where(minute => minute.Instant > after && wanted(minute.Shown)).Select(minute => minute.Instant);

    /// <summary>Every wanted minute once: when it is shown first, or when the clock leaps over it.</summary>
    public IEnumerable<DateTimeOffset> OncePerTime(Func<DateTime, bool> wanted, DateTimeOffset after, DateTimeOffset to)
    {
        // No clock jumps twice within two days: what was shown a day ago says what has been seen.
        var seen = DateTime.MinValue;
        foreach (var (instant, shown) in Minutes(after.AddDays(-1), to))
        {
            if (seen == DateTime.MinValue)
            {
                seen = shown;
                continue;
            }

            var isDue = false;
            while (seen < shown)
            {
                seen = seen.AddMinutes(1);
                isDue |= wanted(seen);
            }

            if (isDue && instant > after)
            {
                yield return instant;
            }
        }
    }

    private IEnumerable<(DateTimeOffset Instant, DateTime Shown)> Minutes(DateTimeOffset from, DateTimeOffset to)
    {
        var first = (int)Math.Max(0, (from - Begin).TotalMinutes);
        var last = (int)Math.Min(_shown.Length - 1, (to - Begin).TotalMinutes);
        return Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(minute => (Begin.AddMinutes(minute), _shown[minute]));
    }
}
