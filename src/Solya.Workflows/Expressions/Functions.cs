using System.Collections.Frozen;
using System.Globalization;

namespace Solya.Workflows.Expressions;

/// <summary>The functions that are called by name; <c>has</c> and <c>coalesce</c> are nodes of their own.</summary>
internal static class Functions
{
    /// <summary>As many arguments as anybody can write.</summary>
    public const int Many = ExpressionLimits.TextLength;

    public static FrozenDictionary<string, Function> All { get; } = new Function[]
    {
        new("size", 1, 1, Size),
        new("string", 1, 1, call => call[0].Kind == ValueKind.String ? call[0] : call.Made(TextOf(call.Evaluation, call.Position, call[0]))),
        new("int", 1, 1, Int),
        new("double", 1, 1, Double),
        new("bool", 1, 1, Bool),
        new("json", 1, 1, call => call.Made(ValueWriter.Json(call[0], ExpressionLimits.BuiltText, call.Position))),
        new("min", 1, Many, call => Extreme(call, sign: -1)),
        new("max", 1, Many, call => Extreme(call, sign: 1)),
        new("abs", 1, 1, Abs),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>Elements, entries, or characters (a pair of surrogates is one).</summary>
    public static Value Size(Call call)
    {
        switch (call[0].Kind)
        {
            case ValueKind.List or ValueKind.Map:
                return Value.Of(call[0].Count);
            case ValueKind.String:
                var text = call.Text(0);
                return Value.Of(text.Length - text.Count(char.IsLowSurrogate));
            default:
                throw call.RefuseKind("a string, a list or a map", call[0]);
        }
    }

    /// <summary>The value as it stands in a text, of the length a string may have.</summary>
    public static string TextOf(Evaluation evaluation, int position, Value value)
    {
        var text = value.Kind == ValueKind.String
            ? value.AsString(position)
            : ValueWriter.Json(value, ExpressionLimits.BuiltText, position);
        evaluation.SpendCharacters(text.Length, position);
        return text;
    }

    private static Value Int(Call call)
    {
        var value = call[0];
        switch (value.Kind)
        {
            case ValueKind.Int:
                return value;
            case ValueKind.Double:
                return Arithmetic.TryTruncate(value.AsDouble(), out var truncated)
                    ? Value.Of(truncated)
                    : throw call.Refuse("was given a number that does not fit in 64 bits");
            case ValueKind.String:
                return long.TryParse(call.Text(0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read)
                    ? Value.Of(read)
                    : throw call.Refuse("was given a string that is no whole number of 64 bits");
            default:
                throw call.RefuseKind("a number or a string", value);
        }
    }

    private static Value Double(Call call)
    {
        const NumberStyles Style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var value = call[0];
        switch (value.Kind)
        {
            case ValueKind.Double:
                return value;
            case ValueKind.Int:
                return Value.Of((double)value.AsInt());
            case ValueKind.String:
                return double.TryParse(call.Text(0), Style, CultureInfo.InvariantCulture, out var read) && double.IsFinite(read)
                    ? Value.Of(read)
                    : throw call.Refuse("was given a string that is no number");
            default:
                throw call.RefuseKind("a number or a string", value);
        }
    }

    // A string that says "false" must not become true.
    private static Value Bool(Call call)
    {
        if (call[0].Kind != ValueKind.String)
        {
            return Value.Of(call[0].IsTruthy);
        }

        return call.Text(0) switch
        {
            "true" => Value.Of(true),
            "false" => Value.Of(false),
            _ => throw call.Refuse("was given a string that is neither 'true' nor 'false'"),
        };
    }

    private static Value Abs(Call call)
    {
        var value = call[0];
        if (!value.IsNumber)
        {
            throw call.RefuseKind("a number", value);
        }

        return value.AsDouble() < 0 ? Arithmetic.Negate(call.Evaluation, call.Position, value) : value;
    }

    private static Value Extreme(Call call, int sign)
    {
        IEnumerable<Value> candidates = Enumerable.Range(0, call.Count).Select(index => call[index]);
        if (call.Count == 1)
        {
            if (call[0].Kind != ValueKind.List || call[0].Count == 0)
            {
                throw call.Refuse("needs several values, or a list that is not empty");
            }

            candidates = call[0].Items();
        }

        Value? found = null;
        foreach (var candidate in candidates)
        {
            call.Evaluation.SpendElements(1, call.Position);
            call.Evaluation.SpendReading(candidate, call.Position);
            // Also with itself, so that one value alone must be of an ordered kind.
            var order = Comparison.Order(call.Name, call.Position, candidate, found ?? candidate);
            if (found is null || Math.Sign(order) == sign)
            {
                found = candidate;
            }
        }

        return found!.Value;
    }
}
