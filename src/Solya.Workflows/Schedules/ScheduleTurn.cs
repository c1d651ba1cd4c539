namespace Solya.Workflows.Schedules;

/// <summary>What a look at a schedule decides. Any replica that looks at the same time decides the same.</summary>
/// <param name="Starts">Ticks whose runs start now, oldest first.</param>
/// <param name="Waiting">Ticks whose runs start when the run of an earlier one has ended, oldest first; at most <see cref="CatchUpPlan.Most"/>.</param>
/// <param name="Anchor">The newest tick that is decided on.</param>
/// <param name="NextRunAt">The next tick; null when none comes.</param>
/// <param name="DueAt">When to look again; null when never.</param>
public sealed record ScheduleTurn(
    IReadOnlyList<DateTimeOffset> Starts, IReadOnlyList<DateTimeOffset> Waiting, DateTimeOffset Anchor, DateTimeOffset? NextRunAt, DateTimeOffset? DueAt)
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(15);

    /// <summary>A schedule that begins now: what came before does not count.</summary>
    public static ScheduleTurn Begin(ScheduleRule rule, DateTimeOffset now)
    {
        var next = rule.From(now)?.Next(now);
        return new([], [], now, next, next);
    }

    /// <param name="anchor">The newest tick that was decided on, or when the schedule began.</param>
    /// <param name="waiting">Ticks that wait already.</param>
    /// <param name="isBusy">Whether the run of an earlier tick has not ended.</param>
    public static ScheduleTurn Of(ScheduleRule rule, DateTimeOffset anchor, IReadOnlyList<DateTimeOffset> waiting, bool isBusy, DateTimeOffset now)
    {
        if (rule.From(anchor) is not { } schedule)
        {
            return new([], [], anchor, null, null); // ticks no more until somebody sets it again
        }

        var plan = CatchUpPlan.Of(schedule, anchor, now, rule.CatchUp);
        var (starts, rest) = rule.Overlap switch
        {
            Overlap.Allow => ([.. waiting, .. plan.Ticks], []),
            Overlap.Queue => OneByOne([.. waiting, .. plan.Ticks], isBusy),
            // A run that is open now was open at the time of every tick since, so those are skipped, missed or not.
            Overlap.Skip when isBusy => ([], waiting),
            // Missed ticks follow each other: to catch up on all of them is to run all of them, only never two at a time.
            Overlap.Skip when waiting.Count + plan.Missed.Count > 0 => OneByOne([.. waiting, .. plan.Missed], isBusy: false),
            Overlap.Skip => ([.. plan.OnTime.Take(1)], []),
        };
        var next = schedule.Next(now);
        return new(starts, rest, schedule.LastBetween(anchor, now) ?? anchor, next, rest.Count == 0 ? next : Earlier(next, now + RestAfter(now - rest[0])));
    }

    private static (IReadOnlyList<DateTimeOffset> Starts, IReadOnlyList<DateTimeOffset> Waiting) OneByOne(List<DateTimeOffset> line, bool isBusy)
        => isBusy ? ([], [.. line.Take(CatchUpPlan.Most)]) : ([.. line.Take(1)], [.. line.Skip(1).Take(CatchUpPlan.Most)]);

    // A run that has been waited for long is most likely waited for a little longer.
    private static TimeSpan RestAfter(TimeSpan waited)
        => waited / 10 is var rest && rest < ShortestRest ? ShortestRest : rest > LongestRest ? LongestRest : rest;

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}
