namespace Solya.Workflows.Expressions;

/// <summary>The operators that compare. Unlike kinds are never equal and have no order, except the two of numbers.</summary>
internal static class Comparison
{
    public static Value Equal(Evaluation evaluation, int position, Value left, Value right)
        => Value.Of(AreEqual(evaluation, position, left, right));

    public static Value NotEqual(Evaluation evaluation, int position, Value left, Value right)
        => Value.Of(!AreEqual(evaluation, position, left, right));

    public static Value Less(Evaluation evaluation, int position, Value left, Value right)
        => Value.Of(Order("<", position, left, right) < 0);

    public static Value LessOrEqual(Evaluation evaluation, int position, Value left, Value right)
        => Value.Of(Order("<=", position, left, right) <= 0);

    public static Value Greater(Evaluation evaluation, int position, Value left, Value right)
        => Value.Of(Order(">", position, left, right) > 0);

    public static Value GreaterOrEqual(Evaluation evaluation, int position, Value left, Value right)
        => Value.Of(Order(">=", position, left, right) >= 0);

    /// <summary>Whether a list has an equal element, or a map has the name.</summary>
    public static Value In(Evaluation evaluation, int position, Value left, Value right)
    {
        switch (right.Kind)
        {
            case ValueKind.List:
                return Value.Of(right.Items().Any(item => AreEqual(evaluation, position, left, item)));
            case ValueKind.Map:
                evaluation.SpendNames(right.Count, position);
                return Value.Of(
                    left.Kind == ValueKind.String
                    && right.TryMember(BuiltText.Storable(left.AsString(position), position), out _));
            default:
                throw new ExpressionException(
                    $"'in' needs a list or a map on its right, not {Describe.Kind(right)}", position);
        }
    }

    /// <summary>Below, at or above zero. Strings are ordered by their UTF-16 units, false comes before true.</summary>
    public static int Order(string asker, int position, Value left, Value right)
    {
        if (left.IsNumber && right.IsNumber)
        {
            return OrderOfNumbers(left, right);
        }

        return (left.Kind, right.Kind) switch
        {
            (ValueKind.String, ValueKind.String) =>
                string.CompareOrdinal(left.AsString(position), right.AsString(position)),
            (ValueKind.Bool, ValueKind.Bool) => left.AsBool().CompareTo(right.AsBool()),
            _ => throw new ExpressionException(
                $"'{asker}' cannot order {Describe.Kind(left)} and {Describe.Kind(right)}", position),
        };
    }

    private static bool AreEqual(Evaluation evaluation, int position, Value left, Value right)
    {
        evaluation.SpendElements(1, position);
        if (left.IsNumber && right.IsNumber)
        {
            evaluation.SpendReading(left, position);
            evaluation.SpendReading(right, position);
            return OrderOfNumbers(left, right) == 0;
        }

        if (left.Kind != right.Kind)
        {
            return false;
        }

        switch (left.Kind)
        {
            case ValueKind.Bool:
                return left.AsBool() == right.AsBool();
            case ValueKind.String:
                evaluation.SpendReading(left, position);
                evaluation.SpendReading(right, position);
                return string.Equals(left.AsString(position), right.AsString(position), StringComparison.Ordinal);
            case ValueKind.List:
                return left.Count == right.Count
                    && left.Items().Zip(right.Items()).All(pair => AreEqual(evaluation, position, pair.First, pair.Second));
            case ValueKind.Map:
                return AreEqualMaps(evaluation, position, left, right);
            default:
                return true; // null
        }
    }

    private static bool AreEqualMaps(Evaluation evaluation, int position, Value left, Value right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        // One pass over each, where asking a JSON map for every name would search it as often.
        evaluation.SpendElements(right.Count, position);
        var members = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, member) in right.Entries())
        {
            members[name] = member;
        }

        return left.Entries().All(entry =>
            members.TryGetValue(entry.Key, out var other) && AreEqual(evaluation, position, entry.Value, other));
    }

    private static int OrderOfNumbers(Value left, Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => left.AsInt().CompareTo(right.AsInt()),
        (ValueKind.Int, _) => OrderOfMixed(left.AsInt(), right.AsDouble()),
        (_, ValueKind.Int) => -OrderOfMixed(right.AsInt(), left.AsDouble()),
        _ => left.AsDouble().CompareTo(right.AsDouble()),
    };

    // Exact: a whole number beyond 2^53 has no double of its own.
    private static int OrderOfMixed(long whole, double real)
    {
        if (!Arithmetic.TryTruncate(real, out var truncated))
        {
            return real > 0 ? -1 : 1;
        }

        var order = whole.CompareTo(truncated);
        return order != 0 ? order : 0.0.CompareTo(real - truncated);
    }
}
