using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Solya.Workflows.Schedules;

/// <summary>One field of a cron expression: lists, ranges, steps, names and <c>*</c>.</summary>
/// <param name="name">As it is called in messages.</param>
/// <param name="names">Texts for the values from <paramref name="lowest"/> on.</param>
internal sealed class CronField(string name, int lowest, int highest, params string[] names)
{
    public static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly string[] MonthNames =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static CronField Minute { get; } = new("minute", 0, 59);

    public static CronField Hour { get; } = new("hour", 0, 23);

    public static CronField DayOfMonth { get; } = new("day-of-month", 1, 31);

    public static CronField Month { get; } = new("month", 1, 12, MonthNames);

    /// <summary>7 is Sunday too; as the end of a range so is 0: <c>fri-sun</c>.</summary>
    public static CronField DayOfWeek { get; } = new("day-of-week", 0, 6, DayNames);

    private bool IsDayOfWeek => ReferenceEquals(this, DayOfWeek);

    /// <summary>Reads the values as a bit each.</summary>
    public bool TryRead(string text, out ulong values, [NotNullWhen(false)] out string? error)
    {
        values = 0;
        error = null;
        foreach (var part in text.Split(','))
        {
            error = ReadPart(part, ref values);
            if (error is not null)
            {
                return false;
            }
        }

        if (IsDayOfWeek && (values >> 7 & 1) != 0)
        {
            values = (values | 1) & 0b111_1111;
        }

        return true;
    }

    private string? ReadPart(string part, ref ulong values)
    {
        if (part.Length == 0)
        {
            return $"The {name} field has an empty entry.";
        }

        var slash = part.IndexOf('/', StringComparison.Ordinal);
        var span = slash < 0 ? part : part[..slash];
        var step = 1;
        if (slash >= 0 && (!TryNumber(part[(slash + 1)..], out step) || step < 1 || step > highest - lowest + 1))
        {
            return $"The {name} field has the step '{part[(slash + 1)..]}'; a step is a number from 1 to {highest - lowest + 1}.";
        }

        int from, to;
        var dash = span.IndexOf('-', StringComparison.Ordinal);
        if (span == "*")
        {
            (from, to) = (lowest, highest);
        }
        else if (dash < 0)
        {
            if (ReadValue(span, out from) is { } error)
            {
                return error;
            }

            // "5/15" is 5 and every 15th after it.
            to = slash < 0 ? from : Math.Max(from, highest);
        }
        else
        {
            var startError = ReadValue(span[..dash], out from);
            var endError = ReadValue(span[(dash + 1)..], out to);
            if ((startError ?? endError) is { } error)
            {
                return error;
            }

            if (IsDayOfWeek && to == 0 && from > 0)
            {
                to = 7;
            }

            if (from > to)
            {
                return $"The {name} field has the range '{span}', which runs backwards; write it as two.";
            }
        }

        for (var value = from; value <= to; value += step)
        {
            values |= 1ul << value;
        }

        return null;
    }

    private string? ReadValue(string text, out int value)
    {
        var named = Array.FindIndex(names, known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0)
        {
            value = lowest + named;
            return null;
        }

        if (TryNumber(text, out value))
        {
            return value >= lowest && value <= (IsDayOfWeek ? 7 : highest)
                ? null
                : $"The {name} field has {text}; it takes {lowest} to {(IsDayOfWeek ? 7 : highest)}.";
        }

        return Extension(text) is { } extension
            ? $"The {name} field has '{text}'; '{extension}' is not supported: a field takes values, ranges, lists, steps and '*'."
            : $"The {name} field has '{text}', which is no value of it{(names.Length == 0 ? "" : $" (names: {string.Join(", ", names)})")}.";
    }

    // What some other schedulers know beyond the five fields of cron: "?", "L", "15W", "LW", "fri#2", "5L".
    private static char? Extension(string text)
    {
        if (text.AsSpan().IndexOfAny('?', '#') is >= 0 and var sign)
        {
            return text[sign];
        }

        var letters = text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return letters.ToUpperInvariant() is "L" or "W" or "LW" ? char.ToUpperInvariant(letters[0]) : null;
    }

    // Three digits are more than any value has, and never overflow.
    private static bool TryNumber(string text, out int value)
    {
        var isNumber = text.Length is >= 1 and <= 3 && text.All(char.IsAsciiDigit);
        value = isNumber ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        return isNumber;
    }
}
