namespace Solya.Workflows.Expressions;

/// <summary>What a string must be before an expression may make it.</summary>
internal static class BuiltText
{
    /// <summary>Refuses U+0000 and halves of a surrogate pair: neither JSON readers nor PostgreSQL accept them.</summary>
    public static string Storable(string text, int position)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
            {
                throw new ExpressionException("A string cannot hold the character U+0000", position);
            }

            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                throw new ExpressionException("A string cannot hold half of a character", position);
            }
        }

        return text;
    }

    /// <summary>Refuses a length before anything of that length is allocated.</summary>
    public static void CheckLength(long length, int position)
    {
        if (length > ExpressionLimits.BuiltText)
        {
            throw new ExpressionException(
                $"The string would be longer than {ExpressionLimits.BuiltText} characters", position);
        }
    }

    public static void CheckCount(long count, int position)
    {
        if (count > ExpressionLimits.BuiltList)
        {
            throw new ExpressionException(
                $"The list would have more than {ExpressionLimits.BuiltList} elements", position);
        }
    }
}
