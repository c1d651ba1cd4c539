using System.Text;

namespace Solya.Workflows.Engine.Outgoing;

/// <summary>Text that PostgreSQL can store: no U+0000 and no lone surrogates; each becomes U+FFFD.</summary>
public static class StorableText
{
    public static string Clean(string text)
    {
        if (!text.Contains('\0') && !HasLoneSurrogate(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Enumerating runes replaces lone surrogates.
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>
    /// Decodes bytes, without a byte order mark; what is not valid in the encoding becomes U+FFFD. A last character that
    /// was cut in half is left out when the bytes are not <paramref name="whole"/>.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes, Encoding encoding, bool whole)
    {
        var mark = encoding.Preamble;
        var text = mark.Length > 0 && bytes.StartsWith(mark) ? bytes[mark.Length..] : bytes;
        var chars = new char[encoding.GetMaxCharCount(text.Length)];
        var length = encoding.GetDecoder().GetChars(text, chars, flush: whole);
        return Clean(new string(chars, 0, length));
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
