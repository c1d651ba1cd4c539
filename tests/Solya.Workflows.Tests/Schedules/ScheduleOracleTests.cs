using FsCheck;
using FsCheck.Fluent;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Tests.Schedules;

/// <summary>Every tick that somebody watching a clock on the wall would note comes, and no other.</summary>
public class ScheduleOracleTests
{
    private static readonly TimeSpan Near = TimeSpan.FromHours(30);

    public static TheoryData<string> Zones => [.. WallClock.Zones];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Over_two_years_the_ticks_are_those_of_a_clock_on_the_wall(string zone)
        => Check.One(Times(4), Prop.ForAll(
            WantedTimes.In(zone).ToArbitrary(),
            times => AssertSame(times, WallClock.From, WallClock.To)));

    [Theory]
    [MemberData(nameof(Zones))]
    public void Around_every_change_of_the_clocks_the_ticks_are_those_of_a_clock_on_the_wall(string zone)
        => Check.One(Times(60), Prop.ForAll(
            WantedTimes.In(zone).ToArbitrary(),
            times =>
            {
                foreach (var jump in WallClock.In(zone).Jumps())
                {
                    AssertSame(times, jump - Near, jump + Near);
                }
            }));

    [Theory]
    [MemberData(nameof(Zones))]
    public void From_any_instant_the_next_tick_and_the_last_one_before_another_are_found(string zone)
        => Check.One(Times(20), Prop.ForAll(
            WantedTimes.In(zone).Zip(Gen.Choose(0, 690 * 86_400), (times, second) => (Times: times, After: WallClock.From.AddSeconds(second))).ToArbitrary(),
            given =>
            {
                var schedule = Read(given.Times);
                var to = given.After.AddDays(30);
                var expected = Expected(given.Times, given.After, to).Select(tick => (DateTimeOffset?)tick).ToList();
                var next = schedule.Next(given.After);

                Assert.Equal(expected.FirstOrDefault(), next <= to ? next : null);
                Assert.Equal(expected.LastOrDefault(), schedule.LastBetween(given.After, to));
            }));

    private static Config Times(int count) => Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true);

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
