namespace Solya.Workflows.Expressions;

/// <summary>
/// The operators that compute. Whole numbers stay whole and never wrap around; mixed with a double they become one.
/// </summary>
internal static class Arithmetic
{
    public static Value Add(Evaluation evaluation, int position, Value left, Value right)
    {
        if (left.Kind == ValueKind.String && right.Kind == ValueKind.String)
        {
            var (head, tail) = (left.AsString(position), right.AsString(position));
            BuiltText.CheckLength((long)head.Length + tail.Length, position);
            evaluation.SpendCharacters(head.Length + tail.Length, position);
            return Value.Of(BuiltText.Storable(head + tail, position));
        }

        if (left.Kind == ValueKind.List && right.Kind == ValueKind.List)
        {
            BuiltText.CheckCount((long)left.Count + right.Count, position);
            evaluation.SpendElements(left.Count + right.Count, position);
            return Value.Of([.. left.Items(), .. right.Items()]);
        }

        return Compute("+", position, left, right, (a, b) => checked(a + b), (a, b) => a + b);
    }

    public static Value Subtract(Evaluation evaluation, int position, Value left, Value right)
        => Compute("-", position, left, right, (a, b) => checked(a - b), (a, b) => a - b);

    public static Value Multiply(Evaluation evaluation, int position, Value left, Value right)
        => Compute("*", position, left, right, (a, b) => checked(a * b), (a, b) => a * b);

    /// <summary>Of whole numbers it is cut off towards zero.</summary>
    public static Value Divide(Evaluation evaluation, int position, Value left, Value right)
        => Compute("/", position, left, NonZero(right, position), (a, b) => checked(a / b), (a, b) => a / b);

    /// <summary>Has the sign of the left side.</summary>
    public static Value Remainder(Evaluation evaluation, int position, Value left, Value right)
        => Compute(
            "%", position, left, NonZero(right, position),
            // The processor refuses the smallest number by -1, whose remainder is 0 like that of any other.
            (a, b) => b == -1 ? 0 : a % b,
            (a, b) => a % b);

    public static Value Negate(Evaluation evaluation, int position, Value operand)
        => operand.IsNumber
            ? Compute("-", position, Value.Of(0), operand, (_, b) => checked(-b), (_, b) => -b)
            : throw new ExpressionException($"'-' needs a number, not {Describe.Kind(operand)}", position);

    /// <summary>Whether the value is a whole number of 64 bits, be it spelled 1 or 1.0.</summary>
    public static bool TryWhole(Value value, out long whole)
    {
        whole = value.Kind == ValueKind.Int ? value.AsInt() : 0;
        return value.Kind == ValueKind.Int
            || (value.Kind == ValueKind.Double && TryTruncate(value.AsDouble(), out whole) && whole == value.AsDouble());
    }

    /// <summary>Cuts off the fraction; false for what 64 bits cannot hold.</summary>
    public static bool TryTruncate(double value, out long whole)
    {
        const double Limit = 9223372036854775808; // 2^63, the first that is too large
        var fits = value is >= -Limit and < Limit;
        whole = fits ? (long)value : 0;
        return fits;
    }

    /// <summary>A double that JSON can hold.</summary>
    public static Value Finite(double result, int position)
        => double.IsFinite(result)
            ? Value.Of(result)
            : throw new ExpressionException("The number is too large", position);

    private static Value NonZero(Value divisor, int position)
        => divisor.IsNumber && divisor.AsDouble() == 0
            ? throw new ExpressionException("A number cannot be divided by zero", position)
            : divisor;

    private static Value Compute(
        string symbol, int position, Value left, Value right, Func<long, long, long> whole, Func<double, double, double> real)
    {
        if (!left.IsNumber || !right.IsNumber)
        {
            throw new ExpressionException(
                $"'{symbol}' cannot join {Describe.Kind(left)} and {Describe.Kind(right)}", position);
        }

        if (left.Kind == ValueKind.Double || right.Kind == ValueKind.Double)
        {
            return Finite(real(left.AsDouble(), right.AsDouble()), position);
        }

        try
        {
            return Value.Of(whole(left.AsInt(), right.AsInt()));
        }
        catch (OverflowException)
        {
            throw new ExpressionException("The whole number does not fit in 64 bits", position);
        }
    }
}
