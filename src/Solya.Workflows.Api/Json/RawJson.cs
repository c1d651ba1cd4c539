using System.Text.Json.Serialization;

namespace Solya.Workflows.Api.Json;

/// <summary>A document that was kept as sent, given back the same way: key order, number spelling and escapes.</summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(string Text)
{
    public static RawJson? Of(string? text) => text is null ? null : new RawJson(text);
}
