namespace Solya.Workflows.Schedules;

/// <summary>Every so many seconds from an anchor on, whatever the clocks on the wall do.</summary>
internal sealed class IntervalTicks(DateTimeOffset anchor, TimeSpan every) : ITicks
{
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (after < anchor)
        {
            return anchor.ToUniversalTime();
        }

        var past = after.UtcTicks - anchor.UtcTicks;
        var wait = every.Ticks - (past % every.Ticks);
        return DateTimeOffset.MaxValue.UtcTicks - after.UtcTicks < wait ? null : new DateTimeOffset(after.UtcTicks + wait, TimeSpan.Zero);
    }
}
