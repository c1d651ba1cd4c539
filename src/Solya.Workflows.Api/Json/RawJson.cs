using System.Text.Json;
using System.Text.Json.Serialization;

namespace Solya.Workflows.Api.Json;

/// <summary>A document that was kept as sent, given back the same way: key order, number spelling and escapes.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct RawJson(string Text)
{
    public static RawJson? Of(string? text) => text is null ? null : new RawJson(text);

    private sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new InvalidOperationException("Documents come in through the request reader, which keeps their text.");

        // It was checked when it came in.
        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
            => writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
