using System.Net;
using System.Net.Sockets;

namespace Solya.Workflows.Engine.Outgoing;

/// <summary>
/// The only way out over HTTP for what tenants configure: HTTP/1.1, pooled, and every address checked where it is
/// dialled. No redirects, proxy, cookies, credentials or trace headers. One for the process.
/// </summary>
public sealed class GuardedHttp : IDisposable
{
    /// <summary>How long one of several addresses of a host may take before the next is tried.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    private readonly AddressGuard _guard;
    private readonly HttpMessageInvoker _invoker;

    public GuardedHttp(AddressGuard guard)
    {
        _guard = guard;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, ct),
            // A proxy would dial in our place, unchecked; a redirect would answer for a host nobody asked for.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxConnectionsPerServer = 256,
            MaxResponseHeadersLength = 64,
            // A body that was cut off is not read on for the sake of its connection.
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // A host that moves is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
    }

    /// <summary>Sends, and returns once the response's headers are there. <see cref="OutgoingFailure"/> reads what it throws.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return _invoker.SendAsync(request, ct);
    }

    public void Dispose() => _invoker.Dispose();

    // The addresses that were judged are the ones dialled: a second look-up could answer something else.
    private async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken ct)
    {
        // The look-up itself cannot be cancelled everywhere.
        IPAddress[] resolved = IPAddress.TryParse(target.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, ct).WaitAsync(ct);
        if (resolved.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var addresses = Array.FindAll(resolved, _guard.Allows);
        if (addresses.Length == 0)
        {
            throw new BlockedAddressException(target.Host);
        }

        for (var i = 0; i < addresses.Length - 1; i++)
        {
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(ct);
            attempt.CancelAfter(AttemptTimeout);
            try
            {
                return await DialAsync(addresses[i], target.Port, attempt.Token);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // The next address may do; the last one's failure is the one reported.
            }
        }

        return await DialAsync(addresses[^1], target.Port, ct);
    }

    private static async Task<Stream> DialAsync(IPAddress address, int port, CancellationToken ct)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
