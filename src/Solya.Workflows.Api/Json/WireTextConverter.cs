using System.Text.Json;
using System.Text.Json.Serialization;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.Json;

/// <summary>Writes an enum as its wire text.</summary>
internal sealed class WireTextConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new InvalidOperationException("Enums come in through the request reader, which names the allowed values.");

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
        => writer.WriteStringValue(WireText<TEnum>.Of(value));
}
