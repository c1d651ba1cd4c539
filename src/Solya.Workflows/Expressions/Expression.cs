namespace Solya.Workflows.Expressions;

/// <summary>An expression in a subset of CEL: no loops, no reflection, bounded time. Safe to share between threads.</summary>
public sealed class Expression
{
    private readonly Node root;

    private Expression(string text, Node root)
    {
        Text = text;
        this.root = root;
    }

    public string Text { get; }

    /// <exception cref="ExpressionException">The text is no expression.</exception>
    public static Expression Parse(string text) => Parse(text, 0, text.Length);

    /// <summary>Reads a condition, which may stand in one <c>{{ }}</c> or bare.</summary>
    /// <exception cref="ExpressionException">The text is no expression.</exception>
    public static Expression ParseCondition(string text)
    {
        var start = text.Length - text.AsSpan().TrimStart().Length;
        var end = text.AsSpan().TrimEnd().Length;
        if (!text.AsSpan(start).StartsWith(TemplateText.Opening))
        {
            return Parse(text);
        }

        var inner = start + TemplateText.Opening.Length;
        var closing = TemplateText.ClosingOf(text, inner);
        return closing + TemplateText.Closing.Length == end
            ? Parse(text, inner, closing)
            : throw new ExpressionException("A condition is one expression, bare or in one '{{ }}'", closing);
    }

    /// <exception cref="ExpressionException">Something is missing, of the wrong kind, or goes beyond a limit.</exception>
    public Value Evaluate(IScope scope) => Evaluate(new Evaluation(scope));

    /// <summary>
    /// Whether the condition holds: the truthiness of its value. A plain path that leads nowhere is false.
    /// </summary>
    /// <exception cref="ExpressionException">As <see cref="Evaluate(IScope)"/>.</exception>
    public bool Test(IScope scope)
    {
        var evaluation = new Evaluation(scope);
        return root is PathNode { IsPlain: true } path
            ? path.TryEvaluate(evaluation, out var value, out _) && value.IsTruthy
            : Evaluate(evaluation).IsTruthy;
    }

    internal static Expression Parse(string text, int start, int end)
        => new(text[start..end].Trim(), Parser.Parse(text, start, end));

    internal int Position => root.Position;

    internal Value Evaluate(Evaluation evaluation) => root.Evaluate(evaluation);
}
