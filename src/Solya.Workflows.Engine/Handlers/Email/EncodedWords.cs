namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>Text in a header, as RFC 2047 writes what is not short plain ASCII.</summary>
internal static class EncodedWords
{
    // A line with an encoded word has at most 76 characters: "Subject: ", 12 around the base64, and 52 for 39 bytes.
    private const int MaxBytes = 39;
    private const int MaxPlain = 60;

    public static string Of(string text)
    {
        // "=?" would be read as an encoded word; leading and trailing spaces would be lost.
        if (text.Length <= MaxPlain && text.All(char.IsAscii) && !text.Contains("=?", StringComparison.Ordinal) && text.Trim().Length == text.Length)
        {
            return text;
        }

        var words = new List<string>();
        var bytes = new List<byte>(MaxBytes);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            // A word holds whole characters.
            var length = rune.EncodeToUtf8(utf8);
            if (bytes.Count + length > MaxBytes)
            {
                words.Add(Word(bytes));
                bytes.Clear();
            }

            bytes.AddRange(utf8[..length]);
        }

        words.Add(Word(bytes));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String(bytes.ToArray())}?=";
}
