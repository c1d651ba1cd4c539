using System.Text;
using Solya.Workflows.Engine.Outgoing;
using Solya.Workflows.Engine.Webhooks;

namespace Solya.Workflows.Engine.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    private const string Payload = "{\"type\":\"workflow.completed\",\"name\":\"Zoë\"}";

    private static readonly string Secret = StandardWebhooks.NewSecret();
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000);

    [Fact]
    public async Task A_message_is_posted_signed_over_the_bytes_that_arrive()
    {
        await using var server = LoopbackHttp.Answering(204);

        var attempt = await SendAsync($"{server.Url}/hook?a=1");

        var request = Assert.Single(server.Requests);
        Assert.Equal(new(WebhookOutcome.Delivered, 204, null, ""), attempt);
        Assert.Equal("POST /hook?a=1 HTTP/1.1", request.Line);
        Assert.Equal(Payload, request.Body);
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("msg_1", request.Header("webhook-id"));
        Assert.Equal("1780000000", request.Header("webhook-timestamp"));
        Assert.Equal(StandardWebhooks.Sign(Secret, "msg_1", At, Encoding.UTF8.GetBytes(request.Body)), request.Header("webhook-signature"));
        Assert.Equal("Solya-Workflows/1", request.Header("User-Agent"));
    }

    [Theory]
    [InlineData(200, WebhookOutcome.Delivered)]
    [InlineData(299, WebhookOutcome.Delivered)]
    [InlineData(301, WebhookOutcome.Retry)]
    [InlineData(400, WebhookOutcome.Retry)]
    [InlineData(410, WebhookOutcome.Disable)]
    [InlineData(503, WebhookOutcome.Retry)]
    public async Task Only_2xx_counts_and_410_disables(int status, WebhookOutcome outcome)
    {
        await using var server = LoopbackHttp.Answering(status, "why\0not", "Location: http://127.0.0.1:1/\r\n");

        var attempt = await SendAsync(server.Url);

        Assert.Equal((outcome, (int?)status, "why\uFFFDnot"), (attempt.Outcome, attempt.Status, attempt.ResponseExcerpt));
        Assert.Equal(outcome == WebhookOutcome.Delivered, attempt.Error is null);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_endless_answer_is_read_only_so_far()
    {
        await using var server = new LoopbackHttp(async (_, stream, ct) =>
        {
            await stream.WriteAsync(LoopbackHttp.Head(200, ""), ct);
            while (true)
            {
                await stream.WriteAsync("€€€€€€€€"u8.ToArray(), ct);
            }
        });

        var attempt = await SendAsync(server.Url);

        Assert.Equal(WebhookOutcome.Delivered, attempt.Outcome);
        Assert.Equal(new string('€', 2_048 / 3), attempt.ResponseExcerpt);
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_tried_again()
    {
        var server = LoopbackHttp.Answering(200);
        await server.DisposeAsync();

        var attempt = await SendAsync(server.Url);

        Assert.Equal((WebhookOutcome.Retry, (int?)null), (attempt.Outcome, attempt.Status));
        Assert.NotNull(attempt.Error);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("ftp://example.com/")]
    [InlineData("http://user:secret@example.com/")]
    [InlineData("hook")]
    public async Task A_receiver_that_may_not_be_called_is_not(string url)
    {
        var attempt = await SendAsync(url, allowPrivate: false);

        Assert.Equal((WebhookOutcome.Retry, (int?)null), (attempt.Outcome, attempt.Status));
        Assert.DoesNotContain("secret", attempt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_id_cannot_bring_a_header_of_its_own() =>
        await Assert.ThrowsAsync<FormatException>(() => SendAsync("http://127.0.0.1:1/", messageId: "msg_1\r\nx: y"));

    private static async Task<WebhookAttempt> SendAsync(string url, string messageId = "msg_1", bool allowPrivate = true)
    {
        using var http = new GuardedHttp(new AddressGuard(new OutgoingOptions { AllowPrivateNetworks = allowPrivate }));
        return await new WebhookSender(http).SendAsync(url, Secret, messageId, Payload, At, CancellationToken.None);
    }
}
