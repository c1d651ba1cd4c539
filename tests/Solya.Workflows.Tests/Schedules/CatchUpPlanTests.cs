using Solya.Workflows.Schedules;

namespace Solya.Workflows.Tests.Schedules;

/// <summary>What becomes of ticks that nobody was there for, and what a preview says about it.</summary>
public class CatchUpPlanTests
{
    private static readonly DateTimeOffset Noon = ScheduleTests.At("2026-06-01T12:00Z");
    private static readonly Schedule Hourly = ScheduleTests.Read(ScheduleType.Cron, "0 * * * *");
    private static readonly Schedule EveryMinute = ScheduleTests.Read(ScheduleType.Cron, "* * * * *");
    private static readonly Schedule Secondly = ScheduleTests.Read(ScheduleType.Interval, "1");

    [Fact]
    public void None_drops_what_was_missed()
        => Assert.Empty(CatchUpPlan.Of(Hourly, Noon, Noon.AddHours(5.5), CatchUp.None).Ticks);

    [Fact]
    public void Last_runs_the_newest_of_those_missed()
        => Assert.Equal([Noon.AddHours(5)], CatchUpPlan.Of(Hourly, Noon, Noon.AddHours(5.5), CatchUp.Last).Missed);

    [Fact]
    public void All_runs_every_one_in_order()
        => Assert.Equal(
            Enumerable.Range(1, 5).Select(hour => Noon.AddHours(hour)),
            CatchUpPlan.Of(Hourly, Noon, Noon.AddHours(5.5), CatchUp.All).Missed);

    [Fact]
    public void All_runs_the_newest_hundred_after_a_long_outage()
    {
        var now = Noon.AddYears(1).AddMinutes(0.5);
        var late = now - CatchUpPlan.Grace;

        var missed = CatchUpPlan.Of(EveryMinute, Noon, now, CatchUp.All).Missed;

        Assert.Equal(EveryMinute.Between(late.AddMinutes(-100), late, int.MaxValue), missed);
        Assert.Equal(100, missed.Count);
    }

    [Theory]
    [InlineData(CatchUp.None)]
    [InlineData(CatchUp.Last)]
    [InlineData(CatchUp.All)]
    public void A_tick_that_is_due_runs_whatever_the_rule(CatchUp catchUp)
    {
        var plan = CatchUpPlan.Of(Hourly, Noon, Noon.AddHours(1).AddSeconds(59), catchUp);

        Assert.Equal([Noon.AddHours(1)], plan.OnTime);
        Assert.Empty(plan.Missed);
    }

    [Fact]
    public void A_tick_on_time_stands_for_the_last_one_missed_but_not_for_all()
    {
        var now = Noon.AddHours(2).AddSeconds(1);

        Assert.Equal([Noon.AddHours(2)], CatchUpPlan.Of(Hourly, Noon, now, CatchUp.Last).Ticks);
        Assert.Equal([Noon.AddHours(1), Noon.AddHours(2)], CatchUpPlan.Of(Hourly, Noon, now, CatchUp.All).Ticks);
    }

    [Fact]
    public void Ticks_that_were_decided_on_do_not_come_again()
    {
        var known = Noon.AddSeconds(5);

        Assert.Equal([known.AddSeconds(1), known.AddSeconds(2)], CatchUpPlan.Of(Secondly, known, known.AddSeconds(2), CatchUp.All).Ticks);
        Assert.Empty(CatchUpPlan.Of(Secondly, known, known, CatchUp.All).Ticks);
        Assert.Empty(CatchUpPlan.Of(Secondly, known, Noon, CatchUp.All).Ticks);
    }

    [Fact]
    public void No_tick_is_both_missed_and_on_time_and_none_between_is_lost()
    {
        var ticks = CatchUpPlan.Of(Secondly, Noon, Noon.AddSeconds(150), CatchUp.All).Ticks;

        Assert.Equal(Enumerable.Range(1, 150).Select(second => Noon.AddSeconds(second)), ticks);
    }

    [Fact]
    public void A_preview_names_the_coming_ticks_in_both_times_and_what_the_rules_do()
    {
        var schedule = ScheduleTests.Read(ScheduleType.Daily, "09:00", "Europe/Berlin");

        var preview = TickPreview.Of(schedule, ScheduleTests.At("2026-10-24T12:00Z"), 2, CatchUp.Last, Overlap.Skip);

        Assert.Equal(
            [
                new(ScheduleTests.At("2026-10-25T08:00Z"), ScheduleTests.At("2026-10-25T09:00+01:00"), IfMissed.RunsIfNewest, IfBusy.Skipped),
                new(ScheduleTests.At("2026-10-26T08:00Z"), ScheduleTests.At("2026-10-26T09:00+01:00"), IfMissed.RunsIfNewest, IfBusy.Skipped),
            ],
            preview);
        Assert.Equal(TimeSpan.FromHours(1), preview[0].Local.Offset);
    }

    [Theory]
    [InlineData(CatchUp.None, Overlap.Allow, IfMissed.Dropped, IfBusy.Runs)]
    [InlineData(CatchUp.Last, Overlap.Skip, IfMissed.RunsIfNewest, IfBusy.Skipped)]
    [InlineData(CatchUp.All, Overlap.Queue, IfMissed.Runs, IfBusy.Queued)]
    public void Every_rule_has_its_word_in_the_preview(CatchUp catchUp, Overlap overlap, IfMissed ifMissed, IfBusy ifBusy)
        => Assert.All(TickPreview.Of(Hourly, Noon, 3, catchUp, overlap), tick => Assert.Equal((ifMissed, ifBusy), (tick.CatchUp, tick.Overlap)));

    [Fact]
    public void A_preview_has_at_most_500_ticks_and_none_of_what_never_comes()
    {
        Assert.Equal(500, TickPreview.Of(Hourly, Noon, 10_000, CatchUp.None, Overlap.Skip).Count);
        Assert.Empty(TickPreview.Of(ScheduleTests.Read(ScheduleType.Cron, "0 0 30 2 *"), Noon, 10, CatchUp.None, Overlap.Skip));
    }
}
