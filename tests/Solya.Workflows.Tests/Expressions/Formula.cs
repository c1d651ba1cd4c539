using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Solya.Workflows.Tests.Expressions;

/// <summary>A formula written with as few parentheses as the precedences allow, and its result or none for an error.</summary>
/// <param name="Binding">How tightly its outermost operator binds; an operand that binds less needs parentheses.</param>
public sealed record Formula(string Text, BigInteger? Whole, int Binding)
{
    private const int Additive = 1;

    private const int Multiplicative = 2;

    private const int Prefix = 3;

    private const int Alone = 4;

    public static Gen<Formula> Any { get; } = Gen.Sized(size => Of(Math.Min(size, 30)));

    private static Gen<Formula> Number { get; } = Gen.OneOf(
            Gen.Choose(0, 9).Select(digit => (BigInteger)digit),
            Gen.Choose(0, int.MaxValue).Select(number => (BigInteger)number),
            Gen.Elements<BigInteger>(long.MaxValue, long.MaxValue - 1, 1L << 32))
        .Select(number => new Formula(number.ToString(CultureInfo.InvariantCulture), number, Alone));

    private static Gen<Formula> Of(int size) => size == 0
        ? Number
        : Gen.Frequency(
            (1, Number),
            (1, Of(size / 2).Select(Negated)),
            (4, from symbol in Gen.Elements("+", "-", "*", "/", "%")
                from left in Of(size / 2)
                from right in Of(size / 2)
                select Joined(symbol, left, right)));

    private static Formula Negated(Formula operand)
        => new($"-{Shown(operand, Prefix)}", Fitting(-operand.Whole), Prefix);

    private static Formula Joined(string symbol, Formula left, Formula right)
    {
        var binding = symbol is "+" or "-" ? Additive : Multiplicative;
        // Operators of one precedence go from left to right.
        var text = $"{Shown(left, binding)} {symbol} {Shown(right, binding + 1)}";
        if (left.Whole is not { } a || right.Whole is not { } b || (symbol is "/" or "%" && b.IsZero))
        {
            return new(text, null, binding);
        }

        return new(text, Fitting(symbol switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => BigInteger.Divide(a, b),
            _ => BigInteger.Remainder(a, b),
        }), binding);
    }

    private static string Shown(Formula operand, int binding)
        => operand.Binding < binding ? $"({operand.Text})" : operand.Text;

    private static BigInteger? Fitting(BigInteger? number)
        => number >= long.MinValue && number <= long.MaxValue ? number : null;
}
