using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Solya.Workflows.Execution;

/// <summary>What is done to JSON objects without taking their values apart.</summary>
public static class Documents
{
    /// <summary>The first object with the second one's properties put over it; values keep their spelling.</summary>
    public static JsonText Merge(JsonText document, JsonText over)
    {
        if (document.Text == "{}")
        {
            return over;
        }

        var text = new StringBuilder(document.Text.Length + over.Text.Length).Append('{');
        foreach (var property in document.Element.EnumerateObject())
        {
            if (!over.Element.TryGetProperty(property.Name, out _))
            {
                Append(text, property);
            }
        }

        foreach (var property in over.Element.EnumerateObject())
        {
            Append(text, property);
        }

        return new(text.Append('}').ToString());
    }

    /// <summary>The object with one property replaced or added.</summary>
    public static JsonText With(JsonText document, string name, string json)
        => Merge(document, new($"{{\"{Encoded(name)}\":{json}}}"));

    private static void Append(StringBuilder text, JsonProperty property)
    {
        if (text.Length > 1)
        {
            text.Append(',');
        }

        text.Append('"').Append(Encoded(property.Name)).Append("\":").Append(property.Value.GetRawText());
    }

    private static JsonEncodedText Encoded(string name) => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
