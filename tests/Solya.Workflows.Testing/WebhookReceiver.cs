using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Solya.Workflows.Testing;

/// <summary>A message as a receiver got it.</summary>
public sealed record ReceivedWebhook(string Id, string Timestamp, string Signature, string Body)
{
    /// <summary>Checks the signature as a receiver does.</summary>
    public bool IsSignedWith(string secret)
    {
        var signed = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}"));
        return Signature == $"v1,{Convert.ToBase64String(signed)}";
    }

    public DateTimeOffset SentAt => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));
}

/// <summary>An HTTP server on loopback that takes webhooks and answers what the test chooses.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly Channel<ReceivedWebhook> _received = Channel.CreateUnbounded<ReceivedWebhook>();

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.Single()}/hook";

    /// <summary>Everything it got, in order.</summary>
    public ConcurrentQueue<ReceivedWebhook> All { get; } = [];

    /// <param name="answer">The status for a message; it may take its time until the sender goes away.</param>
    public static async Task<WebhookReceiver> StartAsync(Func<ReceivedWebhook, CancellationToken, Task<int>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var headers = context.Request.Headers;
            var message = new ReceivedWebhook(
                headers["webhook-id"].Single()!, headers["webhook-timestamp"].Single()!, headers["webhook-signature"].Single()!, await reader.ReadToEndAsync());
            receiver.All.Enqueue(message);
            receiver._received.Writer.TryWrite(message);
            try
            {
                context.Response.StatusCode = await answer(message, context.RequestAborted);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The sender has gone, or the test is over.
            }
        });
        await app.StartAsync();
        return receiver;
    }

    public static Task<WebhookReceiver> AnsweringAsync(int status) => StartAsync((_, _) => Task.FromResult(status));

    /// <summary>The next message that no call has got yet; waits for it.</summary>
    public async Task<ReceivedWebhook> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _received.Reader.ReadAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
