using System.Text.Json;
using System.Text.Json.Serialization;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Json;

/// <summary>Writes instants with exactly three fraction digits and <c>Z</c>.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new InvalidOperationException("Instants come in through the request reader, which checks their pattern.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        => writer.WriteStringValue(Timestamp.Format(value));
}
