using System.Globalization;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Tests.Schedules;

/// <summary>Single cases, with the answers written out.</summary>
public class ScheduleTests
{
    private static readonly DateTimeOffset Monday = At("2026-06-01T12:00Z");

    // Zone, type, value, after, then the next ticks.
    public static TheoryData<string, ScheduleType, string, string, string[]> Ticks => new()
    {
        { "UTC", ScheduleType.Cron, "*/5 * * * *", "2026-06-01T12:00Z", ["2026-06-01T12:05Z", "2026-06-01T12:10Z"] },
        { "UTC", ScheduleType.Cron, "0 0 29 2 *", "2026-06-01T12:00Z", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"] },
        { "UTC", ScheduleType.Cron, "0 0 29 2 *", "2096-02-29T00:00Z", ["2104-02-29T00:00Z"] },
        { "UTC", ScheduleType.Cron, "0 0 13 * fri", "2026-06-01T12:00Z", ["2026-06-05T00:00Z", "2026-06-12T00:00Z", "2026-06-13T00:00Z"] },
        { "UTC", ScheduleType.Cron, "0 0 */2 * mon", "2026-06-01T12:00Z", ["2026-06-15T00:00Z", "2026-06-29T00:00Z"] },
        { "UTC", ScheduleType.Cron, "0 0 29 2 */7", "2026-06-01T12:00Z", ["2032-02-29T00:00Z", "2060-02-29T00:00Z"] },
        { "UTC", ScheduleType.Cron, "30 8 * JAN,Dec Mon-FRI", "2026-06-01T12:00Z", ["2026-12-01T08:30Z", "2026-12-02T08:30Z"] },
        { "UTC", ScheduleType.Cron, " 0\t0  * * 7 ", "2026-06-01T12:00Z", ["2026-06-07T00:00Z"] },
        { "UTC", ScheduleType.Cron, "0 0 * * sat-sun", "2026-06-01T12:00Z", ["2026-06-06T00:00Z", "2026-06-07T00:00Z", "2026-06-13T00:00Z"] },
        { "UTC", ScheduleType.Cron, "0 0 * * 5-7", "2026-06-01T12:00Z", ["2026-06-05T00:00Z", "2026-06-06T00:00Z", "2026-06-07T00:00Z", "2026-06-12T00:00Z"] },
        { "UTC", ScheduleType.Cron, "5/25 0 * * *", "2026-06-01T12:00Z", ["2026-06-02T00:05Z", "2026-06-02T00:30Z", "2026-06-02T00:55Z", "2026-06-03T00:05Z"] },
        { "UTC", ScheduleType.Weekly, "Mon 09:00", "2026-06-01T12:00Z", ["2026-06-08T09:00Z"] },
        { "UTC", ScheduleType.Monthly, "31 9:00", "2027-01-31T09:00Z", ["2027-02-28T09:00Z", "2027-03-31T09:00Z", "2027-04-30T09:00Z"] },
        { "Asia/Kathmandu", ScheduleType.Daily, "09:00", "2026-06-01T12:00Z", ["2026-06-02T03:15Z"] },

        // 02:00 to 03:00 does not exist in New York on 8 March 2026; 01:00 to 02:00 occurs twice on 1 November.
        { "America/New_York", ScheduleType.Daily, "02:30", "2026-03-07T12:00Z", ["2026-03-08T07:00Z", "2026-03-09T06:30Z"] },
        { "America/New_York", ScheduleType.Cron, "0-59 2 * * *", "2026-03-08T06:59Z", ["2026-03-08T07:00Z", "2026-03-09T06:00Z"] },
        { "America/New_York", ScheduleType.Cron, "0 2,3 * * *", "2026-03-07T12:00Z", ["2026-03-08T07:00Z", "2026-03-09T06:00Z", "2026-03-09T07:00Z"] },
        { "America/New_York", ScheduleType.Cron, "30 * * * *", "2026-03-08T06:00Z", ["2026-03-08T06:30Z", "2026-03-08T07:30Z"] },
        { "America/New_York", ScheduleType.Cron, "*/15 2 * * *", "2026-03-07T12:00Z", ["2026-03-09T06:00Z"] },
        { "America/New_York", ScheduleType.Daily, "01:30", "2026-10-31T12:00Z", ["2026-11-01T05:30Z", "2026-11-02T06:30Z"] },
        { "America/New_York", ScheduleType.Daily, "01:30", "2026-11-01T06:10Z", ["2026-11-02T06:30Z"] },
        { "America/New_York", ScheduleType.Cron, "0 * * * *", "2026-11-01T04:30Z", ["2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"] },
        { "America/New_York", ScheduleType.Cron, "*/30 1 * * *", "2026-11-01T04:30Z", ["2026-11-01T05:00Z", "2026-11-01T05:30Z", "2026-11-01T06:00Z", "2026-11-01T06:30Z", "2026-11-02T06:00Z"] },

        // Lord Howe moves by half an hour, at 02:00: on 5 April 2026 back to 01:30, on 4 October on to 02:30.
        { "Australia/Lord_Howe", ScheduleType.Daily, "01:45", "2026-04-03T20:00Z", ["2026-04-04T14:45Z", "2026-04-05T15:15Z"] },
        { "Australia/Lord_Howe", ScheduleType.Cron, "*/15 * * * *", "2026-04-04T14:30Z", ["2026-04-04T14:45Z", "2026-04-04T15:00Z", "2026-04-04T15:15Z", "2026-04-04T15:30Z"] },
        { "Australia/Lord_Howe", ScheduleType.Daily, "02:15", "2026-10-03T00:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:15Z"] },

        // Midnight was missing in São Paulo; Samoa had no 30 December 2011 at all.
        { "America/Sao_Paulo", ScheduleType.Daily, "00:00", "2018-11-03T12:00Z", ["2018-11-04T03:00Z", "2018-11-05T02:00Z"] },
        { "Pacific/Apia", ScheduleType.Daily, "09:00", "2011-12-29T12:00Z", ["2011-12-29T19:00Z", "2011-12-30T10:00Z", "2011-12-30T19:00Z"] },
    };

    [Theory]
    [MemberData(nameof(Ticks))]
    public void The_next_ticks_are(string zone, ScheduleType type, string value, string after, string[] expected)
    {
        var ticks = Read(type, value, zone).Between(At(after), DateTimeOffset.MaxValue, expected.Length);

        Assert.Equal(expected, ticks.Select(tick => tick.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture)));
        Assert.All(ticks, tick => Assert.Equal(TimeSpan.Zero, tick.Offset));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("* * 31 4,6,9,11 *")]
    public void A_day_that_no_month_has_never_comes(string value)
    {
        var schedule = Read(ScheduleType.Cron, value);

        Assert.Null(schedule.Next(Monday));
        Assert.Empty(schedule.Between(Monday, DateTimeOffset.MaxValue, 10));
        Assert.Null(schedule.LastBetween(Monday, DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_manual_schedule_has_no_ticks_and_its_value_does_not_count()
        => Assert.Null(Read(ScheduleType.Manual, "whatever").Next(Monday));

    [Fact]
    public void The_ends_of_time_are_no_exceptions()
    {
        foreach (var schedule in new[] { Read(ScheduleType.Cron, "* * * * *", "Pacific/Apia"), Read(ScheduleType.Daily, "00:00", "America/New_York"), Read(ScheduleType.Interval, "60") })
        {
            Assert.NotNull(schedule.Next(DateTimeOffset.MinValue));
            Assert.Null(schedule.Next(DateTimeOffset.MaxValue));
        }
    }

    [Fact]
    public void An_interval_counts_from_its_anchor_in_real_time()
    {
        var anchor = At("2026-03-08T06:10:07Z");
        var hourly = Read(ScheduleType.Interval, "3600", "America/New_York").WithAnchor(anchor);

        Assert.Equal(anchor, hourly.Next(anchor.AddYears(-1)));
        Assert.Equal(anchor.AddHours(1), hourly.Next(anchor));
        Assert.Equal(anchor.AddHours(2), hourly.Next(anchor.AddHours(2) - TimeSpan.FromTicks(1)));
        Assert.Equal(anchor.AddHours(3), hourly.Next(anchor.AddHours(2)));
        Assert.Equal(At("2026-03-08T07:00Z"), Read(ScheduleType.Interval, "3600").Next(anchor));
    }

    [Fact]
    public void Local_time_carries_the_offset_of_the_zone()
    {
        var local = Read(ScheduleType.Daily, "09:00", "Asia/Kathmandu").ToLocal(At("2026-06-02T03:15Z"));

        Assert.Equal("2026-06-02T09:00:00.0000000+05:45", local.ToString("O"));
    }

    // Type, value, and a part of the message that says what is wrong.
    public static TheoryData<ScheduleType, string?, string> Unreadable => new()
    {
        { ScheduleType.Cron, null, "five fields" },
        { ScheduleType.Cron, "", "five fields" },
        { ScheduleType.Cron, "@hourly", "five fields" },
        { ScheduleType.Cron, "* * * *", "five fields" },
        { ScheduleType.Cron, "0 * * * * *", "five fields" },
        { ScheduleType.Cron, "*\n* * * *", "five fields" },
        { ScheduleType.Cron, "60 * * * *", "minute field has 60; it takes 0 to 59" },
        { ScheduleType.Cron, "* 24 * * *", "hour field has 24" },
        { ScheduleType.Cron, "* * 0 * *", "day-of-month field has 0" },
        { ScheduleType.Cron, "* * 32 * *", "day-of-month field has 32" },
        { ScheduleType.Cron, "* * * 13 *", "month field has 13" },
        { ScheduleType.Cron, "* * * * 8", "day-of-week field has 8; it takes 0 to 7" },
        { ScheduleType.Cron, "-1 * * * *", "minute field has ''" },
        { ScheduleType.Cron, "1- * * * *", "minute field has ''" },
        { ScheduleType.Cron, "1-2-3 * * * *", "minute field has '2-3'" },
        { ScheduleType.Cron, "+1 * * * *", "minute field has '+1'" },
        { ScheduleType.Cron, "1.5 * * * *", "minute field has '1.5'" },
        { ScheduleType.Cron, "٣ * * * *", "minute field has '٣'" },
        { ScheduleType.Cron, "99999999999 * * * *", "minute field has '99999999999'" },
        { ScheduleType.Cron, "1,,2 * * * *", "empty entry" },
        { ScheduleType.Cron, "*/0 * * * *", "step '0'; a step is a number from 1 to 60" },
        { ScheduleType.Cron, "*/61 * * * *", "step '61'" },
        { ScheduleType.Cron, "*/ * * * *", "step ''" },
        { ScheduleType.Cron, "*/5/5 * * * *", "step '5/5'" },
        { ScheduleType.Cron, "* 22-2 * * *", "'22-2', which runs backwards" },
        { ScheduleType.Cron, "*-5 * * * *", "minute field has '*'" },
        { ScheduleType.Cron, "mon * * * *", "minute field has 'mon'" },
        { ScheduleType.Cron, "* * * mon *", "month field has 'mon', which is no value of it (names: jan, " },
        { ScheduleType.Cron, "* * * * monday", "day-of-week field has 'monday'" },
        { ScheduleType.Cron, "0 0 ? * mon", "'?' is not supported" },
        { ScheduleType.Cron, "0 0 L * *", "'L' is not supported" },
        { ScheduleType.Cron, "0 0 15W * *", "'W' is not supported" },
        { ScheduleType.Cron, "0 0 lw * *", "'L' is not supported" },
        { ScheduleType.Cron, "0 0 * * 5L", "'L' is not supported" },
        { ScheduleType.Cron, "0 0 * * fri#2", "'#' is not supported" },
        { ScheduleType.Cron, $"{string.Join(',', Enumerable.Repeat("1", 130))} * * * *", "255 characters" },
        { ScheduleType.Interval, null, "whole number of seconds" },
        { ScheduleType.Interval, "0", "whole number of seconds" },
        { ScheduleType.Interval, "-60", "whole number of seconds" },
        { ScheduleType.Interval, "1.5", "whole number of seconds" },
        { ScheduleType.Interval, " 60", "whole number of seconds" },
        { ScheduleType.Interval, "60\0", "whole number of seconds" },
        { ScheduleType.Interval, "31622401", "from 1 to 31622400" },
        { ScheduleType.Interval, "9999999999999", "whole number of seconds" },
        { ScheduleType.Daily, null, "\"09:00\"" },
        { ScheduleType.Daily, "9", "\"09:00\"" },
        { ScheduleType.Daily, "24:00", "\"09:00\"" },
        { ScheduleType.Daily, "09:60", "\"09:00\"" },
        { ScheduleType.Daily, "09:00:00", "\"09:00\"" },
        { ScheduleType.Daily, "09:00\n", "\"09:00\"" },
        { ScheduleType.Daily, "mon 09:00", "\"09:00\"" },
        { ScheduleType.Weekly, "09:00", "\"mon 09:00\"" },
        { ScheduleType.Weekly, "foo 09:00", "\"mon 09:00\"" },
        { ScheduleType.Weekly, "1 09:00", "\"mon 09:00\"" },
        { ScheduleType.Monthly, "0 09:00", "\"1 09:00\"" },
        { ScheduleType.Monthly, "32 09:00", "\"1 09:00\"" },
        { ScheduleType.Monthly, "mon 09:00", "\"1 09:00\"" },
        { ScheduleType.Monthly, "09:00", "\"1 09:00\"" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_is_refused_and_named(ScheduleType type, string? value, string part)
    {
        Assert.False(Schedule.TryParse(type, value, "UTC", out _, out var fault));

        Assert.Equal("schedule_value", fault.Field);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("europe/berlin")]
    [InlineData("UTC+02:00")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("")]
    public void A_time_zone_is_an_iana_name(string zone)
    {
        Assert.False(Schedule.TryParse(ScheduleType.Manual, null, zone, out _, out var fault));

        Assert.Equal("timezone", fault.Field);
    }

    [Fact]
    public void Without_a_time_zone_it_is_UTC()
        => Assert.Equal("UTC", Read(ScheduleType.Daily, "09:00", zone: null).TimeZone);

    internal static Schedule Read(ScheduleType type, string? value, string? zone = "UTC")
    {
        Assert.True(Schedule.TryParse(type, value, zone, out var schedule, out var fault), fault?.Message);
        return schedule;
    }

    internal static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
