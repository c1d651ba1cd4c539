using System.Text.Json;

namespace Solya.Workflows.Execution;

/// <summary>A JSON document that is kept letter by letter, and taken apart only when somebody looks inside.</summary>
public sealed class JsonText(string text)
{
    // A document may be nested as deeply as a request's, and lists of outputs add to that; whoever made it has counted.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private JsonElement? _element;

    public static readonly JsonText EmptyObject = new("{}");

    public string Text { get; } = text;

    public JsonElement Element => _element ??= JsonElement.Parse(Text, AnyDepth);

    public static JsonText? Of(string? text) => text is null ? null : new(text);

    public override string ToString() => Text;
}
