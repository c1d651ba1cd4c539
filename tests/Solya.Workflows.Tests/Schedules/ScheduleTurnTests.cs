using Solya.Workflows.Schedules;

namespace Solya.Workflows.Tests.Schedules;

/// <summary>What a look at a schedule decides: which ticks run, which wait, when to look again.</summary>
public class ScheduleTurnTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 23, 12, 0, 0, TimeSpan.Zero);

    private static ScheduleRule Every(int seconds, CatchUp catchUp = CatchUp.Last, Overlap overlap = Overlap.Skip)
        => new(ScheduleType.Interval, $"{seconds}", "UTC", catchUp, overlap);

    private static DateTimeOffset At(double seconds) => Noon.AddSeconds(seconds);

    [Fact]
    public void A_tick_on_time_starts_and_the_next_one_is_looked_for()
    {
        var turn = ScheduleTurn.Of(Every(60), Noon, [], isBusy: false, At(60.5));

        Assert.Equal([At(60)], turn.Starts);
        Assert.Empty(turn.Waiting);
        Assert.Equal(At(60), turn.Anchor);
        Assert.Equal((At(120), At(120)), (turn.NextRunAt, turn.DueAt));
    }

    [Fact]
    public void Before_its_tick_a_look_decides_nothing()
    {
        var turn = ScheduleTurn.Of(Every(60), Noon, [], isBusy: false, At(59));

        Assert.Empty(turn.Starts);
        Assert.Equal((Noon, At(60)), (turn.Anchor, turn.DueAt));
    }

    [Theory]
    [InlineData(Overlap.Allow, 1, 0)]
    [InlineData(Overlap.Skip, 0, 0)]
    [InlineData(Overlap.Queue, 0, 1)]
    public void While_an_earlier_run_goes_on_a_tick_does_what_overlap_says(Overlap overlap, int starts, int waits)
    {
        var turn = ScheduleTurn.Of(Every(60, overlap: overlap), Noon, [], isBusy: true, At(60));

        Assert.Equal((starts, waits), (turn.Starts.Count, turn.Waiting.Count));
        Assert.Equal(At(60), turn.Anchor);
    }

    [Fact]
    public void A_waiting_tick_starts_when_the_earlier_run_has_ended_however_long_that_took()
    {
        var rule = Every(3600, CatchUp.None, Overlap.Queue);

        var waiting = ScheduleTurn.Of(rule, At(3600), [At(3600)], isBusy: true, At(4500));
        var free = ScheduleTurn.Of(rule, At(3600), [At(3600)], isBusy: false, At(4500));

        Assert.Equal([At(3600)], waiting.Waiting);
        Assert.InRange(waiting.DueAt!.Value, At(4500.2), At(4515));
        Assert.Equal([At(3600)], free.Starts);
        Assert.Equal(At(7200), free.DueAt);
    }

    [Theory]
    [InlineData(CatchUp.None, 0)]
    [InlineData(CatchUp.Last, 1)]
    [InlineData(CatchUp.All, 5)]
    public void Missed_ticks_run_as_catch_up_says(CatchUp catchUp, int runs)
    {
        // Five ticks, the newest two minutes ago.
        var turn = ScheduleTurn.Of(Every(600, catchUp, Overlap.Allow), Noon, [], isBusy: false, At(3120));

        Assert.Equal(runs, turn.Starts.Count);
        Assert.Equal(At(3000), turn.Anchor);
    }

    [Fact]
    public void Under_skip_missed_ticks_follow_each_other()
    {
        var rule = Every(600, CatchUp.All);

        var first = ScheduleTurn.Of(rule, Noon, [], isBusy: false, At(3120));
        var busy = ScheduleTurn.Of(rule, first.Anchor, first.Waiting, isBusy: true, At(3121));
        var next = ScheduleTurn.Of(rule, busy.Anchor, busy.Waiting, isBusy: false, At(3122));

        Assert.Equal([At(600)], first.Starts);
        Assert.Equal([At(1200), At(1800), At(2400), At(3000)], first.Waiting);
        Assert.Equal(first.Waiting, busy.Waiting);
        Assert.Equal([At(1200)], next.Starts);
    }

    [Fact]
    public void Under_skip_a_run_that_is_still_open_skips_the_ticks_that_were_missed_while_it_was()
    {
        var turn = ScheduleTurn.Of(Every(600, CatchUp.All), Noon, [], isBusy: true, At(3120));

        Assert.Empty(turn.Starts);
        Assert.Empty(turn.Waiting);
        Assert.Equal(At(3000), turn.Anchor);
    }

    [Fact]
    public void At_most_a_hundred_ticks_wait()
    {
        var waiting = Enumerable.Range(1, 100).Select(i => At(i * 10)).ToList();

        var turn = ScheduleTurn.Of(Every(10, overlap: Overlap.Queue), At(1000), waiting, isBusy: true, At(1010));

        Assert.Equal(waiting, turn.Waiting);
        Assert.Equal(At(1010), turn.Anchor);
    }

    [Fact]
    public void A_schedule_that_begins_owes_nothing_of_the_past()
    {
        var turn = ScheduleTurn.Begin(new(ScheduleType.Daily, "09:00", "UTC", CatchUp.All, Overlap.Allow), Noon);

        Assert.Empty(turn.Starts);
        Assert.Equal(Noon, turn.Anchor);
        Assert.Equal(Noon.AddHours(21), turn.NextRunAt);
    }

    [Fact]
    public void A_manual_schedule_is_never_due()
    {
        Assert.Null(ScheduleTurn.Begin(ScheduleRule.Manual, Noon).DueAt);
    }

    [Fact]
    public void A_zone_that_nobody_knows_any_more_stops_the_schedule_and_nothing_else()
    {
        var turn = ScheduleTurn.Of(new(ScheduleType.Daily, "09:00", "Mars/Olympus", CatchUp.Last, Overlap.Skip), Noon, [], isBusy: false, Noon.AddDays(2));

        Assert.Empty(turn.Starts);
        Assert.Null(turn.DueAt);
    }
}
