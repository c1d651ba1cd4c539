using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Handlers.Http;

/// <summary>The request that a config asks for.</summary>
internal sealed record HttpCall(
    HttpMethod Method,
    Uri Url,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    RequestBody? Body,
    AcceptedStatuses Accepted,
    TimeSpan? Timeout)
{
    private const int MaxMethodLength = 20;

    /// <summary>Reads and checks every field; null when <see cref="EffectConfig.Fault"/> says what is wrong.</summary>
    public static HttpCall? Read(EffectConfig config)
    {
        var method = ReadMethod(config);
        var url = ReadUrl(config);
        var call = new HttpCall(
            method, url!, RequestHeaders.Read(config), RequestBody.Read(config), AcceptedStatuses.Read(config), ReadTimeout(config));
        return config.Fault is null ? call : null;
    }

    public HttpRequestMessage ToMessage(string idempotencyKey)
    {
        var message = new HttpRequestMessage(Method, Url);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body.Bytes);
        }

        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                // What describes content needs some, be it empty.
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (Body is not null && !message.Content!.Headers.NonValidated.Contains("Content-Type"))
        {
            message.Content.Headers.TryAddWithoutValidation("Content-Type", Body.MediaType);
        }

        if (!message.Headers.NonValidated.Contains("User-Agent"))
        {
            message.Headers.TryAddWithoutValidation("User-Agent", "Solya-Workflows/1");
        }

        message.Headers.Add(RequestHeaders.IdempotencyKey, idempotencyKey);
        return message;
    }

    private static HttpMethod ReadMethod(EffectConfig config)
    {
        var method = config.RequiredText("method").ToUpperInvariant();

        // CONNECT and TRACE speak to the connection, not to a resource.
        if (method.Length is 0 or > MaxMethodLength || !method.All(char.IsAsciiLetterUpper) || method is "CONNECT" or "TRACE")
        {
            config.Refuse("method", "must be an HTTP method such as GET or POST.");
            return HttpMethod.Get;
        }

        return HttpMethod.Parse(method);
    }

    private static Uri? ReadUrl(EffectConfig config)
    {
        if (!OutgoingUrl.TryParse(config.RequiredText("url"), out var url, out var fault))
        {
            config.Refuse("url", fault);
            return null;
        }

        var query = string.Join('&', config.Pairs("query", lists: true)
            .Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        if (query.Length == 0)
        {
            return url;
        }

        var whole = url.GetLeftPart(UriPartial.Query);
        var joined = whole + (url.Query.Length == 0 ? "?" : whole[^1] is '?' or '&' ? "" : "&") + query;
        if (!OutgoingUrl.TryParse(joined, out var extended, out fault))
        {
            config.Refuse("query", $"is too much for a URL, which {fault}");
        }

        return extended;
    }

    private static TimeSpan? ReadTimeout(EffectConfig config)
    {
        const string field = "timeoutMs";
        if (config.Value(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var ms) && ms >= 1 && ms <= int.MaxValue && decimal.IsInteger(ms))
        {
            return TimeSpan.FromMilliseconds((double)ms);
        }

        config.Refuse(field, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 1 to {int.MaxValue}."));
        return null;
    }
}
