using FsCheck;
using FsCheck.Fluent;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Tests.Schedules;

/// <summary>Every tick that somebody watching a clock on the wall would note comes, and no other.</summary>
public class ScheduleOracleTests
{
    private static readonly TimeSpan Near = TimeSpan.FromHours(30);

    [Fact]
    public void Over_two_years_the_ticks_are_those_of_a_clock_on_the_wall()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(120), Prop.ForAll(
            WantedTimes.Any.ToArbitrary(),
            times => AssertSame(times, WallClock.From, WallClock.To)));

    [Fact]
    public void Around_every_change_of_the_clocks_the_ticks_are_those_of_a_clock_on_the_wall()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
            WantedTimes.Any.ToArbitrary(),
            times =>
            {
                foreach (var jump in WallClock.In(times.Zone).Jumps())
                {
                    AssertSame(times, jump - Near, jump + Near);
                }
            }));

    [Fact]
    public void From_any_instant_the_next_tick_is_the_first_one_after_it_and_the_last_one_before_it_is_found_too()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(
            WantedTimes.Any.Zip(Gen.Choose(0, 700 * 86_400), (times, second) => (Times: times, At: WallClock.From.AddSeconds(second))).ToArbitrary(),
            given =>
            {
                var schedule = Read(given.Times);
                var ticks = Expected(given.Times, given.At, given.At.AddDays(30)).ToList();

                Assert.True(schedule.Next(given.At) == ticks.Cast<DateTimeOffset?>().FirstOrDefault() || ticks.Count == 0, $"{given}");
                Assert.Equal(ticks.Cast<DateTimeOffset?>().LastOrDefault(), schedule.LastBetween(given.At, given.At.AddDays(30)));
            }));

    private static void AssertSame(WantedTimes times, DateTimeOffset after, DateTimeOffset to)
    {
        var ticks = Read(times).Between(after, to, int.MaxValue);

        // Printed only up to the first difference: there may be a million.
        var expected = Expected(times, after, to).ToList();
        var same = ticks.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(
            same == ticks.Count && same == expected.Count,
            $"{times}: tick {same} is {ticks.Skip(same).FirstOrDefault():O}, expected {expected.Skip(same).FirstOrDefault():O}");
    }

    private static IEnumerable<DateTimeOffset> Expected(WantedTimes times, DateTimeOffset after, DateTimeOffset to)
        => times.Once
            ? WallClock.In(times.Zone).OncePerTime(times.Wants, after, to)
            : WallClock.In(times.Zone).InRealTime(times.Wants, after, to);

    private static Schedule Read(WantedTimes times)
    {
        Assert.True(Schedule.TryParse(times.Type, times.Value, times.Zone, out var schedule, out var fault), $"{times}: {fault?.Message}");
        return schedule;
    }
}
