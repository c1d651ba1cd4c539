using FsCheck;
using FsCheck.Fluent;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Tests.Schedules;

/// <summary>A schedule as text, and beside it, made independently, the times that it means.</summary>
public sealed record WantedTimes(string Zone, ScheduleType Type, string Value, bool Once, Func<DateTime, bool> Wants)
{
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static Gen<WantedTimes> In(string zone)
        => Gen.Frequency((7, CronIn(zone)), (1, DailyIn(zone)), (1, WeeklyIn(zone)), (1, MonthlyIn(zone)));

    public override string ToString() => $"{Type} \"{Value}\" in {Zone}";

    private sealed record Field(string Text, HashSet<int> Values)
    {
        public bool IsFixed => !Text.Contains('*') && !Text.Contains('/');

        public bool IsOpen => Text.StartsWith('*');
    }

    private static Gen<(int Hour, int Minute)> Clock { get; } = Gen.Choose(0, 23).Zip(Gen.Choose(0, 59), (hour, minute) => (hour, minute));

    private static Gen<WantedTimes> CronIn(string zone) =>
        from minute in FieldOf(0, 59)
        from hour in FieldOf(0, 23)
        from dayOfMonth in FieldOf(1, 31)
        from month in FieldOf(1, 12, Months)
        from dayOfWeek in FieldOf(0, 6, Days)
        select new WantedTimes(
            zone,
            ScheduleType.Cron,
            string.Join(' ', minute.Text, hour.Text, dayOfMonth.Text, month.Text, dayOfWeek.Text),
            minute.IsFixed && hour.IsFixed,
            at =>
            {
                var isDayOfMonth = dayOfMonth.Values.Contains(at.Day);
                var isDayOfWeek = dayOfWeek.Values.Contains((int)at.DayOfWeek);
                return minute.Values.Contains(at.Minute) && hour.Values.Contains(at.Hour) && month.Values.Contains(at.Month)
                    && (dayOfMonth.IsOpen || dayOfWeek.IsOpen ? isDayOfMonth && isDayOfWeek : isDayOfMonth || isDayOfWeek);
            });

    private static Gen<WantedTimes> DailyIn(string zone) => Clock.Select(clock => new WantedTimes(
        zone, ScheduleType.Daily, $"{clock.Hour:00}:{clock.Minute:00}", true, at => IsAt(at, clock)));

    private static Gen<WantedTimes> WeeklyIn(string zone) => Clock.Zip(Gen.Choose(0, 6), (clock, day) => new WantedTimes(
        zone, ScheduleType.Weekly, $"{Days[day]} {clock.Hour}:{clock.Minute:00}", true, at => IsAt(at, clock) && (int)at.DayOfWeek == day));

    private static Gen<WantedTimes> MonthlyIn(string zone) => Clock.Zip(Gen.Choose(1, 31), (clock, day) => new WantedTimes(
        zone, ScheduleType.Monthly, $"{day} {clock.Hour}:{clock.Minute:00}", true,
        at => IsAt(at, clock) && at.Day == Math.Min(day, DateTime.DaysInMonth(at.Year, at.Month))));

    private static bool IsAt(DateTime at, (int Hour, int Minute) clock) => at.Hour == clock.Hour && at.Minute == clock.Minute;

    private static Gen<Field> FieldOf(int lowest, int highest, string[]? names = null)
    {
        var value = Gen.Choose(lowest, highest);
        var step = Gen.Choose(1, Math.Max(2, (highest - lowest) / 2));
        string Text(int number) => names is not null && number % 2 == 0 ? names[number - lowest].ToUpperInvariant() : $"{number}";
        Field Every(int from, int to, int by, string text)
            => new(text, [.. Enumerable.Range(from, to - from + 1).Where(number => (number - from) % by == 0)]);

        var single = value.Select(number => new Field(Text(number), [number]));
        var open = Gen.Constant(Every(lowest, highest, 1, "*"));
        var stepped = step.Select(by => Every(lowest, highest, by, $"*/{by}"));
        var range = value.Two().Select(ends => (From: Math.Min(ends.Item1, ends.Item2), To: Math.Max(ends.Item1, ends.Item2)));
        var ranged = range.Select(ends => Every(ends.From, ends.To, 1, $"{Text(ends.From)}-{Text(ends.To)}"));
        var steppedRange = range.Zip(step, (ends, by) => Every(ends.From, ends.To, by, $"{Text(ends.From)}-{Text(ends.To)}/{by}"));
        var steppedValue = value.Zip(step, (from, by) => Every(from, highest, by, $"{Text(from)}/{by}"));
        var one = Gen.Frequency((4, single), (4, open), (2, stepped), (1, ranged), (1, steppedRange), (1, steppedValue));
        var two = single.Zip(Gen.OneOf(single, ranged, steppedRange), (a, b) => new Field($"{a.Text},{b.Text}", [.. a.Values, .. b.Values]));
        return Gen.Frequency((4, one), (1, two));
    }
}
