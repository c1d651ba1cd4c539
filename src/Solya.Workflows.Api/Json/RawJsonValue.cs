using System.Text.Json.Serialization;

namespace Solya.Workflows.Api.Json;

/// <summary>Any JSON value that was kept as sent, given back the same way.</summary>
[JsonConverter(typeof(RawJsonValueConverter))]
public readonly record struct RawJsonValue(string Text)
{
    public static RawJsonValue? Of(string? text) => text is null ? null : new RawJsonValue(text);
}
