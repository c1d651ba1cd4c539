namespace Solya.Workflows.Schedules;

/// <summary>Which of the ticks that have come since a schedule was last looked at are to run, oldest first.</summary>
/// <param name="Missed">Ticks that came too long ago to be on time, and run because of the catch-up rule; at most <see cref="Most"/>.</param>
/// <param name="OnTime">Ticks that are due now, whatever the catch-up rule; at most <see cref="Most"/>.</param>
public sealed record CatchUpPlan(IReadOnlyList<DateTimeOffset> Missed, IReadOnlyList<DateTimeOffset> OnTime)
{
    /// <summary>How many missed ticks are run at most.</summary>
    public const int Most = 100;

    /// <summary>How late a tick may be and still count as on time: a restart of the service loses none.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>Both kinds, oldest first.</summary>
    public IEnumerable<DateTimeOffset> Ticks => Missed.Concat(OnTime);

    /// <param name="lastKnown">The newest tick that was decided on, or when the schedule was made.</param>
    public static CatchUpPlan Of(Schedule schedule, DateTimeOffset lastKnown, DateTimeOffset now, CatchUp catchUp)
    {
        var late = now - Grace;
        var onTime = Newest(schedule, lastKnown > late ? lastKnown : late, now);
        return new(
            catchUp switch
            {
                CatchUp.None => [],
                CatchUp.Last => onTime.Count == 0 && schedule.LastBetween(lastKnown, late) is { } last ? [last] : [],
                CatchUp.All => Newest(schedule, lastKnown, late),
            },
            onTime);
    }

    // Looks back from the end: after a long outage the newest hundred count, and there may be millions before them.
    private static List<DateTimeOffset> Newest(Schedule schedule, DateTimeOffset after, DateTimeOffset to)
    {
        var newest = new List<DateTimeOffset>();
        for (var tick = schedule.LastBetween(after, to);
             tick is not null && newest.Count < Most;
             tick = schedule.LastBetween(after, tick.Value - TimeSpan.FromTicks(1)))
        {
            newest.Add(tick.Value);
        }

        newest.Reverse();
        return newest;
    }
}
