using System.Text;

namespace Solya.Workflows.Expressions;

/// <summary>A string that holds at least one <c>{{ expression }}</c>.</summary>
internal sealed class TemplateText
{
    public const string Opening = "{{";

    public const string Closing = "}}";

    private readonly IReadOnlyList<(string Before, Expression Expression)> parts;
    private readonly string after;

    private TemplateText(IReadOnlyList<(string Before, Expression Expression)> parts, string after)
    {
        this.parts = parts;
        this.after = after;
    }

    /// <summary>Where the first expression stands in the string.</summary>
    public int Position => parts[0].Expression.Position;

    // Nothing but one expression: its value keeps its kind.
    private bool IsTyped
        => parts.Count == 1 && string.IsNullOrWhiteSpace(parts[0].Before) && string.IsNullOrWhiteSpace(after);

    /// <summary>The template in <paramref name="text"/>, or null when it holds no expression.</summary>
    /// <exception cref="ExpressionException">An expression cannot be read, or is never closed.</exception>
    public static TemplateText? Parse(string text)
    {
        var parts = new List<(string, Expression)>();
        var from = 0;
        for (var opening = Next(); opening >= 0; opening = Next())
        {
            var start = opening + Opening.Length;
            var end = ClosingOf(text, start);
            parts.Add((text[from..opening], Expression.Parse(text, start, end)));
            from = end + Closing.Length;
        }

        return parts.Count == 0 ? null : new(parts, text[from..]);

        int Next() => text.IndexOf(Opening, from, StringComparison.Ordinal);
    }

    /// <summary>
    /// Where the <c>}}</c> stands that closes the expression from <paramref name="start"/>: not one inside a string, nor
    /// the ends of two maps.
    /// </summary>
    /// <exception cref="ExpressionException">There is none.</exception>
    public static int ClosingOf(string text, int start)
    {
        var maps = 0;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' or '\'':
                    i = EndOfString(text, i);
                    break;
                case '{':
                    maps++;
                    break;
                case '}' when maps > 0:
                    maps--;
                    break;
                case '}' when i + 1 < text.Length && text[i + 1] == '}':
                    return i;
            }
        }

        throw new ExpressionException("'{{' is never closed by '}}'", start - Opening.Length);
    }

    /// <summary>The value of the only expression, or the string with every expression replaced, once.</summary>
    public Value Evaluate(Evaluation evaluation)
    {
        if (IsTyped)
        {
            return parts[0].Expression.Evaluate(evaluation);
        }

        var made = new StringBuilder();
        foreach (var (before, expression) in parts)
        {
            var value = expression.Evaluate(evaluation);
            made.Append(before).Append(Functions.TextOf(evaluation, expression.Position, value));
            BuiltText.CheckLength(made.Length, expression.Position);
        }

        made.Append(after);
        BuiltText.CheckLength(made.Length, Position);
        return Value.Of(BuiltText.Storable(made.ToString(), Position));
    }

    private static int EndOfString(string text, int start)
    {
        var i = start + 1;
        while (i < text.Length && text[i] != text[start])
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return i;
    }
}
