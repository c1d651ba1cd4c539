using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Webhooks;

/// <summary>Makes one signed attempt at delivering a webhook: at most 15 seconds, reading at most 64 KiB of the answer.</summary>
public sealed class WebhookSender(GuardedHttp http)
{
    private const int MaxResponseBytes = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <param name="messageId">Printable ASCII, the same on every attempt at the same message.</param>
    /// <param name="now">When this attempt is made; receivers refuse an old one.</param>
    /// <exception cref="FormatException">The secret or the message's id is malformed.</exception>
    public async Task<WebhookAttempt> SendAsync(
        string url, string secret, string messageId, string payloadJson, DateTimeOffset now, CancellationToken ct)
    {
        if (!OutgoingUrl.TryParse(url, out var target, out var fault))
        {
            return new(WebhookOutcome.Retry, Status: null, $"The URL {fault}", ResponseExcerpt: null);
        }

        using var request = Message(target, secret, messageId, Encoding.UTF8.GetBytes(payloadJson), now);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Timeout);
        try
        {
            using var response = await http.SendAsync(request, deadline.Token);
            var excerpt = await ResponseExcerpt.ReadAsync(response, MaxResponseBytes, deadline.Token, ct);
            return Judge((int)response.StatusCode, excerpt);
        }
        catch (Exception e) when (OutgoingFailure.Of(e, target.Host, ct) is { } failure)
        {
            // Even a blocked address is tried again: the name may come to stand for another.
            return new(WebhookOutcome.Retry, Status: null, StorableText.Clean(failure.Message), ResponseExcerpt: null);
        }
    }

    private static HttpRequestMessage Message(Uri target, string secret, string messageId, byte[] payload, DateTimeOffset now)
    {
        var signature = StandardWebhooks.Sign(secret, messageId, now, payload);
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("User-Agent", "Solya-Workflows/1");
        request.Headers.Add("webhook-id", messageId);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", signature);
        return request;
    }

    private static WebhookAttempt Judge(int status, string? excerpt) => status switch
    {
        >= 200 and <= 299 => new(WebhookOutcome.Delivered, status, Error: null, excerpt),
        410 => new(WebhookOutcome.Disable, status, "The receiver answered 410: it wants no more messages.", excerpt),
        _ => new(WebhookOutcome.Retry, status, string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}."), excerpt),
    };
}
