using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Solya.Workflows.Api.Validation;

/// <summary>
/// The gate that every body passes before anything else reads it. It refuses what JSON libraries let through and
/// PostgreSQL or a later reader would stumble over: invalid UTF-8, duplicate names, U+0000 and lone surrogates, at any
/// depth, in kept documents too.
/// </summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting of objects and arrays.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    /// <summary>The first thing wrong with <paramref name="body"/>, or null when it is one well-formed JSON object.</summary>
    public static FieldError? Check(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            return new("body", FieldErrorCodes.MalformedJson, "The body is not valid UTF-8.");
        }

        var path = new Path();
        var reader = new Utf8JsonReader(body, ReaderOptions);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && path.IsEmpty && reader.TokenType != JsonTokenType.StartObject)
                {
                    return new("body", FieldErrorCodes.InvalidType, "The body must be a JSON object.");
                }

                if (CheckToken(ref reader, path) is { } error)
                {
                    return error;
                }
            }
        }
        catch (JsonException malformed)
        {
            var where = path.IsEmpty ? "body" : path.ToString();
            return new(where.Length == 0 ? "body" : where, FieldErrorCodes.MalformedJson, string.Create(
                CultureInfo.InvariantCulture,
                $"The body is not well-formed JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}, or nests deeper than {MaxDepth} levels."));
        }

        return null;
    }

    private static FieldError? CheckToken(ref Utf8JsonReader reader, Path path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                path.Value();
                path.Open(isArray: false);
                return null;
            case JsonTokenType.StartArray:
                path.Value();
                path.Open(isArray: true);
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Close();
                return null;
            case JsonTokenType.PropertyName:
                if (HasUnsupportedText(ref reader))
                {
                    return new(path.ToString() is { Length: > 0 } inside ? inside : "body", FieldErrorCodes.UnsupportedText,
                        "A property name holds U+0000 or a lone surrogate, which cannot be stored.");
                }

                return path.Name(reader.GetString()!)
                    ? null
                    : new(path.ToString(), FieldErrorCodes.Duplicate, "The property occurs more than once.");
            case JsonTokenType.String:
                path.Value();
                return HasUnsupportedText(ref reader)
                    ? new(path.ToString(), FieldErrorCodes.UnsupportedText, "The text holds U+0000 or a lone surrogate, which cannot be stored.")
                    : null;
            default:
                path.Value();
                return null;
        }
    }

    // Valid UTF-8 holds no surrogates, and JSON no raw U+0000: only escapes can bring them in.
    private static bool HasUnsupportedText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return false;
        }

        var text = reader.ValueSpan;
        for (var i = text.IndexOf((byte)'\\'); i >= 0 && i < text.Length;)
        {
            if (text[i] != '\\')
            {
                var next = text[i..].IndexOf((byte)'\\');
                if (next < 0)
                {
                    return false;
                }

                i += next;
                continue;
            }

            if (text[i + 1] != 'u')
            {
                i += 2;
                continue;
            }

            var unit = UnitAt(text, i);
            i += 6;
            if (unit == 0 || char.IsLowSurrogate(unit))
            {
                return true;
            }

            if (char.IsHighSurrogate(unit))
            {
                if (i + 5 >= text.Length || text[i] != '\\' || text[i + 1] != 'u' || !char.IsLowSurrogate(UnitAt(text, i)))
                {
                    return true;
                }

                i += 6;
            }
        }

        return false;
    }

    private static char UnitAt(ReadOnlySpan<byte> text, int backslash)
    {
        Span<char> digits = stackalloc char[4];
        Encoding.ASCII.GetChars(text.Slice(backslash + 2, 4), digits);
        return (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>Where the reader is, and which names the open objects have had.</summary>
    private sealed class Path
    {
        // Most objects are small: a list is searched until it gets long.
        private const int LongList = 16;

        private readonly List<Level> _levels = [];

        public bool IsEmpty => _levels.Count == 0;

        public void Open(bool isArray) => _levels.Add(new Level(isArray));

        public void Close() => _levels.RemoveAt(_levels.Count - 1);

        /// <summary>False when the current object has had this name.</summary>
        public bool Name(string name)
        {
            var level = _levels[^1];
            level.Current = name;
            if (level.Many is not null)
            {
                return level.Many.Add(name);
            }

            if (level.Few.Contains(name))
            {
                return false;
            }

            level.Few.Add(name);
            if (level.Few.Count == LongList)
            {
                level.Many = new HashSet<string>(level.Few, StringComparer.Ordinal);
            }

            return true;
        }

        /// <summary>A value begins: in an array the next index.</summary>
        public void Value()
        {
            if (_levels.Count > 0 && _levels[^1].IsArray)
            {
                _levels[^1].Index++;
            }
        }

        public override string ToString()
        {
            var text = new StringBuilder();
            foreach (var level in _levels)
            {
                if (level.IsArray)
                {
                    if (level.Index >= 0)
                    {
                        text.Append(CultureInfo.InvariantCulture, $"[{level.Index}]");
                    }
                }
                else if (level.Current is not null)
                {
                    text.Append(text.Length > 0 ? "." : "").Append(level.Current);
                }
            }

            return text.ToString();
        }

        private sealed class Level(bool isArray)
        {
            public bool IsArray { get; } = isArray;

            public int Index { get; set; } = -1;

            public string? Current { get; set; }

            public List<string> Few { get; } = [];

            public HashSet<string>? Many { get; set; }
        }
    }
}
