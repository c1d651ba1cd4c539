using FsCheck;
using FsCheck.Fluent;

namespace Solya.Workflows.Tests.Expressions;

/// <summary>JSON texts without <c>{{</c>, with every freedom JSON leaves: spaces, escapes, spellings of numbers.</summary>
public static class Documents
{
    public static Gen<string> Any { get; } = Gen.Sized(size => Of(Math.Min(size, 20)));

    private static Gen<string> Space { get; } = Gen.Elements("", "", " ", "\n\t", "\r\n");

    private static Gen<string> Text { get; } = Gen.Elements(
            "a", "é", "😀", "{", "}", "}}", "{ {", "'", "<&>", "\\u007d", "\\u00E9", "\\ud83d\\ude00", "\\/", "\\\"", "\\\\", "\\n", "\u007f")
        .ListOf()
        .Select(string.Concat)
        .Where(text => !text.Contains("{{", StringComparison.Ordinal))
        .Select(text => $"\"{text}\"");

    private static Gen<string> Scalar { get; } = Gen.OneOf(
        Text,
        Gen.Elements("null", "true", "false", "0", "-0", "1.00", "499.00", "12345678901234567890123", "1E+5", "-2.50e-7", "1e999"));

    private static Gen<string> Of(int size) => size == 0
        ? Scalar
        : Gen.OneOf(
            Scalar,
            Spaced(Of(size / 2)).ListOf().Resize(4).Select(items => $"[{string.Join(',', items)}]"),
            (from name in Spaced(Text) from value in Spaced(Of(size / 2)) select $"{name}:{value}")
                .ListOf().Resize(4).Select(members => $"{{{string.Join(',', members)}}}"));

    private static Gen<string> Spaced(Gen<string> inner)
        => from before in Space from text in inner from after in Space select before + text + after;
}
