using System.Text.Json;
using System.Text.Json.Serialization;

namespace Solya.Workflows.Api.Json;

/// <summary>Writes a kept value letter by letter.</summary>
internal sealed class RawJsonValueConverter : JsonConverter<RawJsonValue>
{
    public override RawJsonValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new InvalidOperationException("Values come in through the request reader, which keeps their text.");

    // It was checked when it came in.
    public override void Write(Utf8JsonWriter writer, RawJsonValue value, JsonSerializerOptions options)
        => writer.WriteRawValue(value.Text, skipInputValidation: true);
}
