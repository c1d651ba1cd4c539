using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Api.Workflows.Webhooks;

/// <summary>A webhook's request as the context of a run: <c>headers</c>, <c>query</c>, <c>body</c>.</summary>
internal static class WebhookRequest
{
    // Whatever a sender proves itself with has done its work, and must not be readable in the run.
    private static readonly HashSet<string> SecretHeaders = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Proxy-Authorization", "Cookie" };

    /// <returns>The context and the body it was made of, or the answer that says why there is none.</returns>
    public static async Task<(JsonText? Context, RequestBody? Body, Answer? Refusal)> ReadAsync(HttpContext http)
    {
        if (await RequestBody.ReadAsync(http, RequestBody.OrdinaryBytes) is not { } body)
        {
            return (null, null, WorkflowsErrors.Instance.PayloadTooLarge(RequestBody.OrdinaryBytes));
        }

        var isJson = RequestBody.IsJson(http.Request);
        if (isJson && !body.Bytes.IsEmpty && !IsOneValue(body.Bytes))
        {
            return (null, null, WorkflowsErrors.Instance.Invalid([new("body", FieldErrorCodes.MalformedJson, "The body is not well-formed JSON.")]));
        }

        if (!isJson && !Utf8.IsValid(body.Bytes.Span))
        {
            return (null, null, WorkflowsErrors.Instance.Invalid([new("body", FieldErrorCodes.MalformedJson, "The body is not valid UTF-8.")]));
        }

        var context = Execution.Json.Write(writer =>
        {
            WritePairs(writer, "headers", http.Request.Headers.Where(header => !SecretHeaders.Contains(header.Key)).Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value)));
            WritePairs(writer, "query", http.Request.Query);
            writer.WritePropertyName("body");
            WriteBody(writer, http.Request, body.Bytes, isJson);
        });

        // The same gate that every other body has come through.
        return StrictJson.Check(Encoding.UTF8.GetBytes(context)) is { } refused
            ? (null, null, WorkflowsErrors.Instance.Invalid([refused]))
            : (new(context), body, null);
    }

    private static bool IsOneValue(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var _ = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteBody(Utf8JsonWriter writer, HttpRequest request, ReadOnlyMemory<byte> body, bool isJson)
    {
        if (body.IsEmpty)
        {
            writer.WriteNullValue();
        }
        else if (isJson)
        {
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }
        else if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            writer.WriteStartObject();
            foreach (var (name, values) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span)))
            {
                WritePair(writer, name, values);
            }

            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(body.Span);
        }
    }

    private static void WritePairs(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, StringValues>> pairs)
    {
        writer.WriteStartObject(name);
        foreach (var (key, values) in pairs)
        {
            WritePair(writer, key, values);
        }

        writer.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter writer, string name, StringValues values)
    {
        if (values.Count == 1)
        {
            writer.WriteString(name, values[0]);
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
