using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// Keeps one request in flight on each of many keep-alive connections. It shares the machine with what it measures, so it
/// parses no more of an answer than its status and length.
/// </summary>
internal static class LoadGenerator
{
    /// <param name="target">Where the server listens.</param>
    /// <param name="requestsOf">By connection: what to send as its nth request.</param>
    /// <param name="onAnswer">Receives the body of every answer, if anyone wants it.</param>
    public static async Task<Load> RunAsync(
        Uri target,
        int connections,
        TimeSpan time,
        Func<int, Func<long, ReadOnlyMemory<byte>>> requestsOf,
        long mostPerConnection = long.MaxValue,
        Action<int, ReadOnlySpan<byte>>? onAnswer = null)
    {
        var open = new Connection[connections];
        for (var i = 0; i < connections; i++)
        {
            open[i] = await Connection.OpenAsync(target);
        }

        try
        {
            var began = Stopwatch.GetTimestamp();
            var end = began + (long)(time.TotalSeconds * Stopwatch.Frequency);
            await Task.WhenAll(open.Select((connection, i) =>
                connection.SendUntilAsync(end, mostPerConnection, requestsOf(i), onAnswer is null ? null : body => onAnswer(i, body))));

            // Sockets may complete on their own poller's thread; what comes next must not hold it up.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return Load.Of(Stopwatch.GetElapsedTime(began), [.. open.SelectMany(connection => connection.Times)], [.. open.SelectMany(connection => connection.Failures)]);
        }
        finally
        {
            foreach (var connection in open)
            {
                connection.Dispose();
            }
        }
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private byte[] _buffer = new byte[16 * 1024];

        public List<long> Times { get; } = new(100_000);

        public List<string> Failures { get; } = [];

        public static async Task<Connection> OpenAsync(Uri target)
        {
            var connection = new Connection();
            await connection._socket.ConnectAsync(IPAddress.Parse(target.Host), target.Port);
            return connection;
        }

        public async Task SendUntilAsync(long end, long most, Func<long, ReadOnlyMemory<byte>> requests, Action<ReadOnlySpan<byte>>? onAnswer)
        {
            for (var n = 0L; n < most; n++)
            {
                var began = Stopwatch.GetTimestamp();
                if (began >= end)
                {
                    return;
                }

                for (var rest = requests(n); rest.Length > 0;)
                {
                    rest = rest[await _socket.SendAsync(rest, SocketFlags.None)..];
                }

                var (status, bodyAt, bodyEnd) = await ReceiveAsync();
                Times.Add(Stopwatch.GetTimestamp() - began);
                if (status is < 200 or > 299)
                {
                    Failures.Add($"{status} {Encoding.UTF8.GetString(_buffer, bodyAt, bodyEnd - bodyAt)}");
                }

                onAnswer?.Invoke(_buffer.AsSpan(bodyAt, bodyEnd - bodyAt));
            }
        }

        public void Dispose() => _socket.Dispose();

        private async ValueTask<(int Status, int BodyAt, int BodyEnd)> ReceiveAsync()
        {
            var received = 0;
            var (status, bodyAt, bodyEnd) = (0, 0, int.MaxValue);
            while (received < bodyEnd)
            {
                if (received == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                var count = await _socket.ReceiveAsync(_buffer.AsMemory(received), SocketFlags.None);
                if (count == 0)
                {
                    throw new IOException("The server closed the connection.");
                }

                received += count;
                if (bodyAt == 0 && TryReadHead(_buffer.AsSpan(0, received), out status, out bodyAt, out var length))
                {
                    bodyEnd = bodyAt + length;
                }
            }

            return (status, bodyAt, bodyEnd);
        }

        private static bool TryReadHead(ReadOnlySpan<byte> text, out int status, out int bodyAt, out int length)
        {
            (status, bodyAt, length) = (0, 0, 0);
            var end = text.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return false;
            }

            var head = text[..(end + 2)];
            var name = "Content-Length: "u8;
            var at = head.IndexOf(name);
            if (!Utf8Parser.TryParse(head[9..], out status, out _)
                || at < 0
                || !Utf8Parser.TryParse(head[(at + name.Length)..], out length, out _))
            {
                throw new IOException($"An answer without status or length: {Encoding.UTF8.GetString(head)}");
            }

            bodyAt = end + 4;
            return true;
        }
    }
}
