using System.Diagnostics.CodeAnalysis;

namespace Solya.Workflows.Schedules;

/// <summary>The five fields of cron: minute, hour, day of month, month, day of week.</summary>
internal static class CronExpression
{
    private const int MostCharacters = 255;

    public static bool TryRead(string text, [NotNullWhen(true)] out LocalTimes? times, [NotNullWhen(false)] out string? error)
    {
        times = null;
        if (text.Length > MostCharacters)
        {
            error = $"A cron expression has at most {MostCharacters} characters.";
            return false;
        }

        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            error = "A cron expression has five fields: minute, hour, day of month, month, day of week.";
            return false;
        }

        if (!CronField.Minute.TryRead(fields[0], out var minutes, out error)
            || !CronField.Hour.TryRead(fields[1], out var hours, out error)
            || !CronField.DayOfMonth.TryRead(fields[2], out var daysOfMonth, out error)
            || !CronField.Month.TryRead(fields[3], out var months, out error)
            || !CronField.DayOfWeek.TryRead(fields[4], out var daysOfWeek, out error))
        {
            return false;
        }

        // As in Vixie cron: two restricted fields for the day widen each other, and one that starts with "*" is not restricted.
        var eitherDay = !fields[2].StartsWith('*') && !fields[4].StartsWith('*');
        var isFixed = fields[0].AsSpan().IndexOfAny('*', '/') < 0 && fields[1].AsSpan().IndexOfAny('*', '/') < 0;
        times = new(minutes, (uint)hours, isFixed, new((uint)daysOfMonth, (uint)months, (uint)daysOfWeek, eitherDay));
        return true;
    }
}
