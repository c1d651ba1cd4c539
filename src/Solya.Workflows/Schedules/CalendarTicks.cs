using NodaTime;

namespace Solya.Workflows.Schedules;

/// <summary>The instants at which clocks on the wall of a zone show the wanted times.</summary>
internal sealed class CalendarTicks(LocalTimes times, DateTimeZone zone) : ITicks
{
    // Longer than the longest wait there is: 29 February on a given weekday, over a year 2100 that has none.
    private const int SearchYears = 50;

    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (after.UtcDateTime.Year + SearchYears > DateTimeOffset.MaxValue.Year)
        {
            return null;
        }

        var start = Instant.FromDateTimeOffset(after);
        var last = start.InUtc().Date.PlusYears(SearchYears);
        return (times.IsFixed ? NextFixed(start, last) : NextInRealTime(start, last))?.ToDateTimeOffset();
    }

    // Later local times never have earlier instants here, so the first one that is late enough is the next.
    private Instant? NextFixed(Instant after, LocalDate last)
    {
        var from = after.InZone(zone).LocalDateTime;
        while (times.First(from, last) is { } match)
        {
            var at = InstantOf(match);
            if (at > after)
            {
                return at;
            }

            from = match.PlusMinutes(1);
        }

        return null;
    }

    // The first of two; the end of the gap for one that the clocks leap over.
    private Instant InstantOf(LocalDateTime local)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
    }

    // Between two changes of the offset local time is real time, so each such stretch is searched by itself.
    private Instant? NextInRealTime(Instant after, LocalDate last)
    {
        var from = after + Duration.Epsilon;
        while (true)
        {
            var stretch = zone.GetZoneInterval(from);
            if (times.First(from.WithOffset(stretch.WallOffset).LocalDateTime, last) is not { } match)
            {
                return null;
            }

            var at = match.WithOffset(stretch.WallOffset).ToInstant();
            if (!stretch.HasEnd || at < stretch.End)
            {
                return at;
            }

            from = stretch.End;
        }
    }
}
