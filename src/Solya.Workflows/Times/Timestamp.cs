using System.Globalization;
using System.Text.RegularExpressions;

namespace Solya.Workflows.Times;

/// <summary>Instants as the wire knows them: UTC, whole milliseconds, <c>2026-05-23T06:00:05.000Z</c>.</summary>
public static partial class Timestamp
{
    /// <summary>What an incoming date-time must match, word for word the pattern of the data platform's pages.</summary>
    public const string Pattern =
        @"^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z))$";

    /// <summary>Reads a date-time that matches <see cref="Pattern"/>; digits past the millisecond are cut off.</summary>
    /// <returns>False for anything else, and for years that do not exist (0000).</returns>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        // "$" also matches before a final newline, which is not part of a date.
        if (text.EndsWith('\n') || !Shape().IsMatch(text))
        {
            return false;
        }

        int Number(int start, int length) => int.Parse(text.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture);

        var year = Number(0, 4);
        if (year == 0)
        {
            return false;
        }

        var second = text[16] == ':' ? Number(17, 2) : 0;
        var millisecond = 0;
        if (text.Length > 20 && text[19] == '.')
        {
            var digits = Math.Min(3, text.Length - 21);
            millisecond = Number(20, digits) * (digits == 1 ? 100 : digits == 2 ? 10 : 1);
        }

        instant = new DateTimeOffset(year, Number(5, 2), Number(8, 2), Number(11, 2), Number(14, 2), second, millisecond, TimeSpan.Zero);
        return true;
    }

    public static string Format(DateTimeOffset instant)
    {
        // The round-trip format with its seven digits has a fast path; a custom one is read letter by letter each time,
        // and a run with its steps has dozens of instants.
        Span<char> text = stackalloc char[28];
        instant.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = 'Z';
        return text[..24].ToString();
    }

    /// <summary>Cuts an instant to the millisecond, so that what a write answers is what a later read answers.</summary>
    public static DateTimeOffset ToMilliseconds(this DateTimeOffset instant)
        => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    // ECMAScript: \d is an ASCII digit.
    [GeneratedRegex(Pattern, RegexOptions.ECMAScript)]
    private static partial Regex Shape();
}
