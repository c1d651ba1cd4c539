using System.Text.Json.Serialization;

namespace Solya.Workflows.Api.Json;

/// <summary>As <see cref="RawJson"/>, where the document is an array.</summary>
[JsonConverter(typeof(RawJsonArrayConverter))]
public readonly record struct RawJsonArray(string Text);
