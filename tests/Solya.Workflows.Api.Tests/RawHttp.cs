using System.Net.Sockets;
using System.Text;

namespace Solya.Workflows.Api.Tests;

/// <summary>Requests that an HttpClient would not send: it corrects headers and paths.</summary>
internal static class RawHttp
{
    /// <summary>Sends the lines as a request without a body, and reads the whole answer.</summary>
    public static async Task<RawAnswer> SendAsync(Uri address, params string[] lines)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, deadline.Token);
        await using var stream = socket.GetStream();
        var request = string.Join("\r\n", [.. lines, $"Host: {address.Authority}", "Connection: close", "", ""]);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        // As much as was announced: the connection itself may end late, or by a reset when a body was never sent.
        var received = new List<byte>();
        var buffer = new byte[8_192];
        var text = "";
        var end = -1;
        while (end < 0 || received.Count < end + 4 + LengthIn(text[..end]))
        {
            var count = await stream.ReadAsync(buffer, deadline.Token);
            if (count == 0)
            {
                break;
            }

            received.AddRange(buffer.AsSpan(0, count));
            text = Encoding.Latin1.GetString([.. received]);
            end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        }

        return new(int.Parse(text.AsSpan(9, 3)), text[..end], text[(end + 4)..]);
    }

    private static int LengthIn(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line.AsSpan("Content-Length: ".Length)))
        .SingleOrDefault();
}

internal sealed record RawAnswer(int StatusCode, string Head, string Body);
