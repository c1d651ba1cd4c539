using System.Buffers;

namespace Solya.Workflows.Engine.Handlers.Http;

/// <summary>The headers that a config may set, checked here because the HTTP client adds them unchecked.</summary>
internal static class RequestHeaders
{
    public const string IdempotencyKey = "Idempotency-Key";

    private const int MaxCount = 100;
    private const int MaxValueLength = 8_192;

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // They belong to the connection or frame the message: set from outside they would split or smuggle requests.
    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Reads <c>headers</c>. An <c>Idempotency-Key</c> is left out: that one is always the effect's id.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(EffectConfig config)
    {
        var headers = config.Pairs("headers", lists: false);
        if (headers.Count > MaxCount)
        {
            config.Refuse("headers", $"may hold at most {MaxCount} headers.");
        }

        foreach (var (name, value) in headers)
        {
            if (Problem(name, value) is { } problem)
            {
                config.Refuse($"headers.{name}", problem);
            }
        }

        return [.. headers.Where(header => !header.Key.Equals(IdempotencyKey, StringComparison.OrdinalIgnoreCase))];
    }

    private static string? Problem(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token))
        {
            return "is not a header name.";
        }

        if (Refused.Contains(name))
        {
            return "cannot be set: it belongs to the connection.";
        }

        return value.Length > MaxValueLength || value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? $"may hold only printable ASCII, at most {MaxValueLength:N0} characters."
            : null;
    }
}
