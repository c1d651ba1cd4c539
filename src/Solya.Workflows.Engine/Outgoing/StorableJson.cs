using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Solya.Workflows.Engine.Outgoing;

/// <summary>JSON that can be stored and read back by every reader: well-formed, valid UTF-8, not too deep, no U+0000 and no lone surrogates.</summary>
internal static class StorableJson
{
    public static bool IsStorable(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !EscapesAreText(reader.ValueSpan))
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            // The reader has no other way to say that the text is not JSON.
            return false;
        }
    }

    // Valid UTF-8 holds no surrogates, and JSON no raw U+0000: only escapes can bring them in.
    private static bool EscapesAreText(ReadOnlySpan<byte> text)
    {
        var awaitsLow = false;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '\\' || text[i + 1] != 'u')
            {
                if (awaitsLow)
                {
                    return false;
                }

                i += text[i] == '\\' ? 2 : 1;
                continue;
            }

            // The reader has checked that four hex digits follow.
            if (!Utf8Parser.TryParse(text.Slice(i + 2, 4), out ushort unit, out _, 'x') || unit == 0 || char.IsLowSurrogate((char)unit) != awaitsLow)
            {
                return false;
            }

            awaitsLow = char.IsHighSurrogate((char)unit);
            i += 6;
        }

        return !awaitsLow;
    }
}
