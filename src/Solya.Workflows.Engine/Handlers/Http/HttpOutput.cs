using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Handlers.Http;

/// <summary>Writes what a call gives to the run: <c>{ status, headers, body }</c>.</summary>
internal static class HttpOutput
{
    // The output is one level deeper than the body, and readers of outputs accept 64.
    private const int MaxBodyDepth = 63;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Header names are in lower case, so that expressions find them whatever the server's spelling. A JSON body stays as it was written,
    /// duplicate names and number spelling included; what is not JSON, or cannot be stored as JSON, is a string.
    /// </summary>
    public static string Of(HttpResponseMessage response, ReadOnlyMemory<byte> body) => Write(json =>
    {
        json.WriteNumber("status", (int)response.StatusCode);
        json.WriteStartObject("headers");
        foreach (var header in Headers(response))
        {
            json.WriteString(header.Key, StorableText.Clean(string.Join(", ", header)));
        }

        json.WriteEndObject();
        json.WritePropertyName("body");
        WriteBody(json, response.Content, body);
    });

    /// <summary>The details of a status that was not accepted.</summary>
    public static string Details(int status, string? excerpt) => Write(json =>
    {
        json.WriteNumber("status", status);
        json.WriteString("body", excerpt);
    });

    private static IEnumerable<IGrouping<string, string>> Headers(HttpResponseMessage response) =>
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value, (header, value) => (Name: StorableText.Clean(header.Key.ToLowerInvariant()), Value: value))
            .GroupBy(header => header.Name, header => header.Value);

    private static void WriteBody(Utf8JsonWriter json, HttpContent content, ReadOnlyMemory<byte> body)
    {
        var encoding = ResponseEncoding.Of(content);
        if (IsJson(content.Headers.ContentType?.MediaType))
        {
            var text = Encoding.Equals(encoding, Encoding.UTF8) ? WithoutMark(body.Span) : Encoding.UTF8.GetBytes(StorableText.Decode(body.Span, encoding, whole: true));
            if (StorableJson.IsStorable(text, MaxBodyDepth))
            {
                json.WriteRawValue(text, skipInputValidation: true);
                return;
            }
        }

        json.WriteStringValue(StorableText.Decode(body.Span, encoding, whole: true));
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) =>
        body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;

    private static bool IsJson(string? mediaType) =>
        mediaType is not null
        && (mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
