using System.Globalization;
using System.Text;

namespace Solya.Workflows.Expressions;

/// <summary>Cuts the part of <paramref name="text"/> before <paramref name="end"/> into tokens.</summary>
internal sealed class Lexer(string text, int start, int end)
{
    // Longer ones first.
    private static readonly string[] Symbols =
    [
        "||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")", "[", "]", "{", "}",
        ",", ".",
    ];

    private int at = start;

    /// <summary>All tokens; the last one is the end.</summary>
    public IReadOnlyList<Token> Tokens()
    {
        if (end - at > ExpressionLimits.TextLength)
        {
            throw new ExpressionException($"The expression is longer than {ExpressionLimits.TextLength} characters", at);
        }

        var tokens = new List<Token>();
        do
        {
            tokens.Add(Next(afterDot: tokens.Count > 0 && tokens[^1].Is(".")));
        }
        while (tokens[^1].Kind != TokenKind.End);

        return tokens;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsLetter(c) || char.IsAsciiDigit(c) || c == '_';

    private Token Next(bool afterDot)
    {
        while (at < end && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        if (at == end)
        {
            return new(TokenKind.End, end, end, "");
        }

        var first = text[at];
        // After a dot digits are a name too: the ids of nodes are often numbers.
        if (IsNameStart(first) || (afterDot && char.IsAsciiDigit(first)))
        {
            return Name(afterDot);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number();
        }

        return first is '"' or '\'' ? String(first) : Symbol();
    }

    private Token Name(bool afterDot)
    {
        var from = at;
        SkipWhile(IsNamePart);
        var name = text[from..at];
        var kind = name == "in" && !afterDot ? TokenKind.Symbol : TokenKind.Name;
        return new(kind, from, at, name);
    }

    private Token Number()
    {
        var from = at;
        if (text[at] == '0' && at + 1 < end && text[at + 1] is 'x' or 'X')
        {
            at += 2;
            SkipWhile(char.IsAsciiHexDigit);
            RefuseNameHere();
            return Whole(from, from + 2, NumberStyles.AllowHexSpecifier);
        }

        SkipWhile(char.IsAsciiDigit);
        var isWhole = true;
        if (at + 1 < end && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            isWhole = false;
            at++;
            SkipWhile(char.IsAsciiDigit);
        }

        if (at < end && text[at] is 'e' or 'E')
        {
            isWhole = false;
            at++;
            if (at < end && text[at] is '+' or '-')
            {
                at++;
            }

            SkipWhile(char.IsAsciiDigit);
        }

        RefuseNameHere();
        return isWhole ? Whole(from, from, NumberStyles.None) : Real(from);
    }

    private Token Whole(int from, int digits, NumberStyles style)
        => ulong.TryParse(text.AsSpan(digits, at - digits), style, CultureInfo.InvariantCulture, out var whole)
            ? new(TokenKind.Int, from, at, text[from..at], Whole: whole)
            : throw new ExpressionException($"The number '{Shorten(text[from..at])}' does not fit in 64 bits", from);

    private Token Real(int from)
    {
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text.AsSpan(from, at - from), Style, CultureInfo.InvariantCulture, out var real)
            && double.IsFinite(real)
            ? new(TokenKind.Double, from, at, text[from..at], Real: real)
            : throw new ExpressionException($"'{Shorten(text[from..at])}' is no number that can be used", from);
    }

    private void RefuseNameHere()
    {
        if (at < end && IsNamePart(text[at]))
        {
            throw new ExpressionException($"'{text[at]}' cannot follow a number", at);
        }
    }

    private Token String(char quote)
    {
        var from = at++;
        var content = new StringBuilder();
        while (at < end && text[at] != quote)
        {
            content.Append(text[at] == '\\' ? Escape() : text[at++]);
        }

        if (at == end)
        {
            throw new ExpressionException("The string is never closed", from);
        }

        at++;
        return new(TokenKind.String, from, at, BuiltText.Storable(content.ToString(), from));
    }

    private char Escape()
    {
        var from = at;
        var letter = at + 1 < end ? text[at + 1] : default;
        at += 2;
        switch (letter)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case '\\' or '"' or '\'':
                return letter;
            case 'u' when at + 4 <= end && text.AsSpan(at, 4).IndexOfAnyExcept(HexDigits) < 0:
                at += 4;
                return (char)ushort.Parse(text.AsSpan(at - 4, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default:
                throw new ExpressionException(
                    @"A '\' in a string must begin \n, \t, \r, \\, \"", \' or \u and four hex digits", from);
        }
    }

    private static readonly System.Buffers.SearchValues<char> HexDigits =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private Token Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(at, end - at).StartsWith(symbol, StringComparison.Ordinal))
            {
                at += symbol.Length;
                return new(TokenKind.Symbol, at - symbol.Length, at, symbol);
            }
        }

        throw new ExpressionException($"'{text[at]}' is not part of the language", at);
    }

    private void SkipWhile(Func<char, bool> belongs)
    {
        while (at < end && belongs(text[at]))
        {
            at++;
        }
    }

    private static string Shorten(string number) => number.Length <= 40 ? number : $"{number[..40]}…";
}
