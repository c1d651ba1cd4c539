namespace Solya.Workflows.Schedules;

/// <summary>A coming tick, and what the rules would do with it.</summary>
/// <param name="At">UTC.</param>
/// <param name="Local">The same instant, with the offset of the schedule's zone.</param>
public sealed record TickPreview(DateTimeOffset At, DateTimeOffset Local, IfMissed CatchUp, IfBusy Overlap)
{
    /// <summary>How many ticks may be asked for at once.</summary>
    public const int Most = 500;

    /// <summary>The next <paramref name="count"/> ticks after <paramref name="now"/>; fewer when fewer come.</summary>
    public static IReadOnlyList<TickPreview> Of(Schedule schedule, DateTimeOffset now, int count, CatchUp catchUp, Overlap overlap)
    {
        var ifMissed = catchUp switch
        {
            Schedules.CatchUp.None => IfMissed.Dropped,
            Schedules.CatchUp.Last => IfMissed.RunsIfNewest,
            Schedules.CatchUp.All => IfMissed.Runs,
        };
        var ifBusy = overlap switch
        {
            Schedules.Overlap.Allow => IfBusy.Runs,
            Schedules.Overlap.Skip => IfBusy.Skipped,
            Schedules.Overlap.Queue => IfBusy.Queued,
        };
        return
        [
            .. schedule.Between(now, DateTimeOffset.MaxValue, Math.Min(count, Most))
                .Select(tick => new TickPreview(tick, schedule.ToLocal(tick), ifMissed, ifBusy)),
        ];
    }
}
