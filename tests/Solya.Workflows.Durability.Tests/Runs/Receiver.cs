using System.Collections.Concurrent;
using System.Net;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>Somebody outside who is called by <c>http.request</c> steps, and counts under which effect ids.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerContext, CancellationToken, Task> _answer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    /// <param name="answer">What happens before the call is closed; answers 200 at once when left out.</param>
    public Receiver(Func<HttpListenerContext, CancellationToken, Task>? answer = null)
    {
        _answer = answer ?? ((_, _) => Task.CompletedTask);
        Url = $"http://127.0.0.1:{ServiceProcess.FreePort()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>The <c>Idempotency-Key</c> of every call so far, in their order.</summary>
    public ConcurrentQueue<string> Effects { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Close();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // the test is over
            }
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        Effects.Enqueue(context.Request.Headers["Idempotency-Key"] ?? "");
        try
        {
            await _answer(context, _stopping.Token);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The caller was killed, or the test is over.
        }
    }
}
