using System.Numerics;
using NodaTime;

namespace Solya.Workflows.Schedules;

/// <summary>Local times, to the minute: some minutes of some hours of some days.</summary>
/// <param name="minutes">A bit per minute of the hour; not empty.</param>
/// <param name="hours">A bit per hour of the day; not empty.</param>
/// <param name="isFixed">Whether hour and minute are given as values; wildcards and steps follow real time instead.</param>
internal sealed class LocalTimes(ulong minutes, uint hours, bool isFixed, DayRule days)
{
    private const int MinutesOfDay = 24 * 60;

    public bool IsFixed { get; } = isFixed;

    public static LocalTimes At(int hour, int minute, DayRule days) => new(1ul << minute, 1u << hour, isFixed: true, days);

    /// <summary>The first one at or after <paramref name="from"/>, or null when there is none until <paramref name="last"/> has passed.</summary>
    public LocalDateTime? First(LocalDateTime from, LocalDate last)
    {
        var earliest = (int)((from.NanosecondOfDay + NodaConstants.NanosecondsPerMinute - 1) / NodaConstants.NanosecondsPerMinute);
        for (var date = from.Date; date <= last; date = days.After(date))
        {
            // The part of the day that is over counts only on the first day.
            var minute = date == from.Date ? earliest : 0;
            if (minute < MinutesOfDay && days.Matches(date) && FirstOfDay(minute) is { } match)
            {
                return date.AtMidnight().PlusMinutes(match);
            }
        }

        return null;
    }

    private int? FirstOfDay(int earliest)
    {
        var (hour, minute) = Math.DivRem(earliest, 60);
        var leftInHour = minutes >> minute;
        if ((hours >> hour & 1) != 0 && leftInHour != 0)
        {
            return earliest + BitOperations.TrailingZeroCount(leftInHour);
        }

        var laterHours = hours >> hour >> 1;
        return laterHours == 0
            ? null
            : ((hour + 1 + BitOperations.TrailingZeroCount(laterHours)) * 60) + BitOperations.TrailingZeroCount(minutes);
    }
}
