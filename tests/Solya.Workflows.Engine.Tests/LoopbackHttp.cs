using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Solya.Workflows.Engine.Tests;

/// <summary>An HTTP server on loopback that answers with bytes of the test's choice, one request a connection.</summary>
internal sealed class LoopbackHttp : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ReceivedRequest, Stream, CancellationToken, Task> _respond;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    public LoopbackHttp(Func<ReceivedRequest, Stream, CancellationToken, Task> respond, IPAddress? address = null)
    {
        _respond = respond;
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public int Connections => Volatile.Read(ref _accepted);

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = [];

    public static LoopbackHttp Answering(int status, string body = "", string headers = "") => Answering(status, Encoding.UTF8.GetBytes(body), headers);

    public static LoopbackHttp Answering(int status, byte[] body, string headers = "") => new(async (_, stream, ct) =>
    {
        await stream.WriteAsync(Head(status, $"Content-Length: {body.Length}\r\n{headers}"), ct);
        await stream.WriteAsync(body, ct);
    });

    /// <param name="headers">Each ends with CRLF.</param>
    public static byte[] Head(int status, string headers) =>
        Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Status\r\nConnection: close\r\n{headers}\r\n"));

    /// <summary>Stops, and waits for what it was doing. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream, _stop.Token);
                Requests.Enqueue(request);
                await _respond(request, stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private static async Task<ReceivedRequest> ReadAsync(NetworkStream stream, CancellationToken ct)
    {
        var line = await LineAsync(stream, ct);
        var headers = new List<KeyValuePair<string, string>>();
        while (await LineAsync(stream, ct) is { Length: > 0 } header)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                throw new IOException("The client does not speak HTTP.");
            }

            headers.Add(new(header[..colon], header[(colon + 1)..].Trim()));
        }

        var length = headers.Where(header => header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).SingleOrDefault("0");
        var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, ct);
        return new(line, headers, Encoding.UTF8.GetString(body));
    }

    private static async Task<string> LineAsync(NetworkStream stream, CancellationToken ct)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, ct);
            if (one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }
    }
}
