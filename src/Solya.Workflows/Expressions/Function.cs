namespace Solya.Workflows.Expressions;

internal delegate Value FunctionBody(Call call);

/// <summary>A function or method and how many arguments it takes, a method's subject included.</summary>
internal sealed record Function(string Name, int Fewest, int Most, FunctionBody Body)
{
    /// <param name="subjects">1 for a method, whose subject is not among the <paramref name="given"/>.</param>
    public void CheckCount(int given, int subjects, int position)
    {
        var (fewest, most) = (Fewest - subjects, Most - subjects);
        if (given < fewest || given > most)
        {
            var needed = fewest == most ? $"{fewest}" : most < Functions.Many ? $"{fewest} to {most}" : $"at least {fewest}";
            var arguments = needed.EndsWith('1') ? "argument" : "arguments";
            throw new ExpressionException($"'{Name}' takes {needed} {arguments}, not {given}", position);
        }
    }

    public Value Invoke(Evaluation evaluation, int position, IReadOnlyList<Value> arguments)
        => Body(new(evaluation, Name, position, arguments));
}

/// <summary>One call of a function: its arguments, and errors that name it.</summary>
internal sealed class Call(Evaluation evaluation, string name, int position, IReadOnlyList<Value> arguments)
{
    public Evaluation Evaluation => evaluation;

    public string Name => name;

    public int Position => position;

    public int Count => arguments.Count;

    public Value this[int index] => arguments[index];

    public ExpressionException Refuse(string message) => new($"'{name}' {message}", position);

    public ExpressionException RefuseKind(string needed, Value given)
        => Refuse($"needs {needed}, not {Describe.Kind(given)}");

    public string Text(int index)
    {
        var value = arguments[index];
        if (value.Kind != ValueKind.String)
        {
            throw RefuseKind("a string", value);
        }

        evaluation.SpendReading(value, position);
        return value.AsString(position);
    }

    public long Whole(int index)
        => Arithmetic.TryWhole(arguments[index], out var whole)
            ? whole
            : throw Refuse($"needs a whole number, not {Describe.Kind(arguments[index])}");

    /// <summary>A string the call has made.</summary>
    public Value Made(string text)
    {
        BuiltText.CheckLength(text.Length, position);
        evaluation.SpendCharacters(text.Length, position);
        return Value.Of(BuiltText.Storable(text, position));
    }
}
