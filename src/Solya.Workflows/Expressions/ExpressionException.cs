namespace Solya.Workflows.Expressions;

/// <summary>An expression that cannot be read or evaluated; the message is for the person who wrote it.</summary>
public sealed class ExpressionException(string message, int position)
    : Exception($"{message} (position {position}).")
{
    /// <summary>Where, from 0, in the text that was parsed: the expression, or the string that holds it.</summary>
    public int Position { get; } = position;
}
