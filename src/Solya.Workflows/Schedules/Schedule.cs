using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Solya.Workflows.Schedules;

/// <summary>When a workflow is due by itself. Its ticks are a function of what it was read from: any replica finds the same.</summary>
public sealed partial class Schedule
{
    /// <summary>The longest interval, in seconds: 366 days.</summary>
    public const int MaxIntervalSeconds = 366 * 24 * 60 * 60;

    private static readonly HashSet<string> KnownZones = [.. DateTimeZoneProviders.Tzdb.Ids];

    private readonly DateTimeZone _zone;
    private readonly ITicks? _ticks;
    private readonly TimeSpan _interval;

    private Schedule(DateTimeZone zone, ITicks? ticks, TimeSpan interval = default)
    {
        _zone = zone;
        _ticks = ticks;
        _interval = interval;
    }

    /// <summary>The IANA name of the zone, as it was given.</summary>
    public string TimeZone => _zone.Id;

    /// <summary>Reads a schedule.</summary>
    /// <param name="value">What the type says; it does not count for a manual one.</param>
    /// <param name="timeZone">An IANA name, case-sensitive; null is UTC.</param>
    public static bool TryParse(
        ScheduleType type,
        string? value,
        string? timeZone,
        [NotNullWhen(true)] out Schedule? schedule,
        [NotNullWhen(false)] out ScheduleFault? fault)
    {
        schedule = null;
        timeZone ??= "UTC";
        if (!KnownZones.Contains(timeZone))
        {
            fault = ScheduleFault.TimeZone("There is no such time zone; an IANA name is needed, such as 'Europe/Berlin'.");
            return false;
        }

        var zone = DateTimeZoneProviders.Tzdb[timeZone];
        if (type == ScheduleType.Manual)
        {
            fault = null;
            schedule = new(zone, ticks: null);
            return true;
        }

        if (type == ScheduleType.Interval)
        {
            if (!TryReadSeconds(value, out var interval))
            {
                fault = ScheduleFault.Value($"An interval is a whole number of seconds from 1 to {MaxIntervalSeconds}, such as \"3600\".");
                return false;
            }

            fault = null;
            schedule = new(zone, new IntervalTicks(DateTimeOffset.UnixEpoch, interval), interval);
            return true;
        }

        fault = ReadTimes(type, value ?? "", out var times);
        if (fault is not null)
        {
            return false;
        }

        schedule = new(zone, new CalendarTicks(times!, zone));
        return true;
    }

    /// <summary>The same schedule, its interval counted from <paramref name="anchor"/> (a tick itself) instead of from 1970; others do not change.</summary>
    public Schedule WithAnchor(DateTimeOffset anchor)
        => _ticks is IntervalTicks ? new(_zone, new IntervalTicks(anchor, _interval), _interval) : this;

    /// <summary>The first tick strictly after <paramref name="after"/>, in UTC; null when none comes within 50 years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _ticks?.Next(after);

    /// <summary>The first <paramref name="most"/> ticks after <paramref name="from"/> and not after <paramref name="to"/>.</summary>
    public IReadOnlyList<DateTimeOffset> Between(DateTimeOffset from, DateTimeOffset to, int most)
    {
        var ticks = new List<DateTimeOffset>();
        for (var tick = Next(from); ticks.Count < most && tick <= to; tick = Next(tick.Value))
        {
            ticks.Add(tick.Value);
        }

        return ticks;
    }

    /// <summary>The last tick after <paramref name="from"/> and not after <paramref name="to"/>, or null.</summary>
    public DateTimeOffset? LastBetween(DateTimeOffset from, DateTimeOffset to)
    {
        if (Next(from) is not { } last || last > to)
        {
            return null;
        }

        // Halves the stretch that may hold a later one: a year of missed minutes takes some twenty steps.
        var end = to;
        while (Next(last) is { } later && later <= to)
        {
            var middle = last + ((end - last) / 2);
            if (Next(middle) is { } found && found <= to)
            {
                last = found;
            }
            else
            {
                end = middle;
                last = later; // nothing comes between the middle and the end, so it lies before the middle
            }
        }

        return last;
    }

    /// <summary>The instant as clocks in the schedule's zone show it.</summary>
    public DateTimeOffset ToLocal(DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(_zone).ToDateTimeOffset();

    private static ScheduleFault? ReadTimes(ScheduleType type, string value, out LocalTimes? times)
    {
        if (type == ScheduleType.Cron)
        {
            return CronExpression.TryRead(value, out times, out var error) ? null : ScheduleFault.Value(error);
        }

        times = null;
        if (Clock().Match(value) is { Success: true } clock)
        {
            var day = clock.Groups["day"].Value;
            if (DaysOf(type, day) is { } days)
            {
                times = LocalTimes.At(Number(clock.Groups["hour"].Value), Number(clock.Groups["minute"].Value), days);
                return null;
            }
        }

        return ScheduleFault.Value(type switch
        {
            ScheduleType.Weekly => "A weekly schedule is a day (mon, tue, wed, thu, fri, sat, sun) and a time: \"mon 09:00\".",
            ScheduleType.Monthly => "A monthly schedule is a day from 1 to 31 and a time: \"1 09:00\".",
            _ => "A daily schedule is a time from 00:00 to 23:59: \"09:00\".",
        });
    }

    private static DayRule? DaysOf(ScheduleType type, string day) => type switch
    {
        ScheduleType.Weekly when Array.FindIndex(CronField.DayNames, name => name.Equals(day, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            => DayRule.Weekly(index),
        ScheduleType.Monthly when day is [>= '0' and <= '9', ..] && Number(day) is >= 1 and <= 31 and var number => DayRule.Monthly(number),
        ScheduleType.Daily when day.Length == 0 => DayRule.Daily,
        _ => null,
    };

    private static bool TryReadSeconds(string? value, out TimeSpan interval)
    {
        // The parser would accept a trailing U+0000.
        var seconds = value is { Length: >= 1 and <= 9 } && value.All(char.IsAsciiDigit) ? Number(value) : 0;
        interval = TimeSpan.FromSeconds(seconds);
        return seconds is >= 1 and <= MaxIntervalSeconds;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?:(?<day>[0-9]{1,2}|[A-Za-z]{3}) +)?(?<hour>[01]?[0-9]|2[0-3]):(?<minute>[0-5][0-9])\z")]
    private static partial Regex Clock();
}
