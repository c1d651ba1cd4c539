using System.Globalization;
using Solya.Workflows.Engine.Handlers.Http;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>
/// <c>http.request</c>: one HTTP call, sent with <c>Idempotency-Key</c>: the effect's id. Redirects are not followed; a
/// response larger than 1 MiB, after decompression, is a failure.
/// </summary>
public sealed class HttpRequestHandler(GuardedHttp http, TimeProvider clock) : IEffectHandler
{
    private const int MaxBodyBytes = 1024 * 1024;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(5);

    public string Name => "http.request";

    public async Task<EffectResult> ExecuteAsync(EffectRequest request, CancellationToken ct)
    {
        var config = new EffectConfig(request.Config);
        if (HttpCall.Read(config) is not { } call)
        {
            return config.Fault!.ToResult("HTTP_INVALID_REQUEST");
        }

        var timeout = call.Timeout < request.Timeout ? call.Timeout.Value : request.Timeout;
        using var deadline = Deadline.Of(timeout, ct);
        using var message = call.ToMessage(EffectKey.ForHeader(request.EffectId));
        try
        {
            using var response = await http.SendAsync(message, deadline.Token);
            return call.Accepted.Contains((int)response.StatusCode)
                ? await SuccessAsync(response, deadline.Token)
                : await StatusFailureAsync(response, deadline.Token, ct);
        }
        catch (Exception e) when (OutgoingFailure.Of(e, call.Url.Host, ct) is { } failure)
        {
            return EffectResult.Failed(failure.Code, failure.Message, failure.Retryable);
        }
    }

    private static async Task<EffectResult> SuccessAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        var body = await CappedBody.ReadAsync(response.Content, MaxBodyBytes, deadline);
        return body.IsComplete
            ? EffectResult.Succeeded(HttpOutput.Of(response, body.Bytes))
            : EffectResult.Failed("HTTP_RESPONSE_TOO_LARGE", "The response is larger than 1 MiB.", retryable: false);
    }

    private async Task<EffectResult> StatusFailureAsync(HttpResponseMessage response, CancellationToken deadline, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var retryable = status is 408 or 425 or 429 or (>= 500 and <= 599);
        var excerpt = await ResponseExcerpt.ReadAsync(response, ResponseExcerpt.MaxBytes + 1, deadline, ct);
        return EffectResult.Failed(
            "HTTP_STATUS",
            string.Create(CultureInfo.InvariantCulture, $"The server answered {status}."),
            retryable,
            HttpOutput.Details(status, excerpt),
            retryable ? RetryAfter(response) : null);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - clock.GetUtcNow() : null;
        return asked > TimeSpan.Zero ? TimeSpan.FromTicks(Math.Min(asked.Value.Ticks, MaxRetryAfter.Ticks)) : null;
    }
}
