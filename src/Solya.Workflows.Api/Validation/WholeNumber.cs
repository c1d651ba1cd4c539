using System.Globalization;

namespace Solya.Workflows.Api.Validation;

/// <summary>Reads the value of a JSON number exactly, however it is spelled: <c>1.0</c> and <c>10e-1</c> are whole.</summary>
internal static class WholeNumber
{
    // Further digits cannot be within the bounds of any field.
    private const int MostDigits = 18;

    /// <summary>
    /// Null when the number is not whole. Nothing is rounded: a decimal would make 1 of <c>0.999…</c> with enough nines.
    /// What has more than 18 digits is the nearest end of <see cref="long"/>.
    /// </summary>
    /// <param name="number">A well-formed JSON number.</param>
    public static long? Of(ReadOnlySpan<char> number)
    {
        var isNegative = number[0] == '-';
        var unsigned = isNegative ? number[1..] : number;
        var e = unsigned.IndexOfAny('e', 'E');
        var mantissa = e < 0 ? unsigned : unsigned[..e];
        var point = mantissa.IndexOf('.');
        var digits = (point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..])).TrimStart('0');
        if (digits.Length == 0)
        {
            return 0;
        }

        var significant = digits.TrimEnd('0');
        var power = ExponentOf(e < 0 ? default : unsigned[(e + 1)..]) - (point < 0 ? 0 : mantissa.Length - point - 1) + (digits.Length - significant.Length);
        if (power < 0)
        {
            return null;
        }

        if (significant.Length + power > MostDigits)
        {
            return isNegative ? long.MinValue : long.MaxValue;
        }

        var value = long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture);
        for (; power > 0; power--)
        {
            value *= 10;
        }

        return isNegative ? -value : value;
    }

    // An exponent that is too long to read outweighs every mantissa that a request has room for.
    private static long ExponentOf(ReadOnlySpan<char> exponent)
        => exponent.IsEmpty ? 0
            : int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read) ? read
            : exponent[0] == '-' ? long.MinValue / 2 : long.MaxValue / 2;
}
