namespace Solya.Workflows.Expressions;

internal enum TokenKind
{
    Name,
    Int,
    Double,
    String,
    Symbol,
    End,
}

/// <param name="Text">The name, the symbol, or the content of a string.</param>
/// <param name="Whole">The digits of a whole number, without a sign.</param>
internal readonly record struct Token(
    TokenKind Kind, int Start, int End, string Text, ulong Whole = 0, double Real = 0)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>How an error message calls the token.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.String => "a string",
        _ => $"'{Text}'",
    };
}
