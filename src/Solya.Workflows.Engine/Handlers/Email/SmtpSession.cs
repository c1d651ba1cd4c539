using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>A connection that is ready to take a message: greeted, encrypted and logged in as the options ask.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly string _name;
    private Stream _stream;
    private SmtpChannel _channel;
    private string[] _extensions = [];

    private SmtpSession(Socket socket)
    {
        _name = socket.LocalEndPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address.IsIPv4MappedToIPv6: false } v6
            ? $"[IPv6:{new IPAddress(v6.Address.GetAddressBytes())}]"
            : $"[{((IPEndPoint)socket.LocalEndPoint!).Address.MapToIPv4()}]";
        _stream = new NetworkStream(socket, ownsSocket: true);
        _channel = new SmtpChannel(_stream);
    }

    public static async Task<SmtpSession> OpenAsync(SmtpOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The look-up inside cannot be cancelled everywhere.
            await socket.ConnectAsync(options.Host!, options.Port, ct).AsTask().WaitAsync(ct);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var session = new SmtpSession(socket);
        try
        {
            Require(await session._channel.ReplyAsync(ct), "the connection");
            await session.HelloAsync(ct);
            if (options.StartTls)
            {
                await session.EncryptAsync(options, ct);
            }

            if (!string.IsNullOrEmpty(options.User))
            {
                await session.LogInAsync(options.User, options.Password ?? "", ct);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands the message over for all recipients, or for none: when one is refused nothing is sent.</summary>
    public async Task SendAsync(EmailAddress from, IEnumerable<EmailAddress> recipients, ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        Require(await _channel.CommandAsync($"MAIL FROM:<{from.Text}>", ct), "the sender", tell: true);
        foreach (var recipient in recipients)
        {
            Require(await _channel.CommandAsync($"RCPT TO:<{recipient.Text}>", ct), $"the recipient {recipient.Text}", tell: true);
        }

        Require(await _channel.CommandAsync("DATA", ct), "the message", tell: true, expected: 3);
        Require(await _channel.MessageAsync(message, ct), "the message", tell: true);
    }

    /// <summary>Says goodbye without waiting for the answer.</summary>
    public async Task QuitAsync(CancellationToken ct)
    {
        try
        {
            await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), ct);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The message was accepted, whatever becomes of the connection.
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task HelloAsync(CancellationToken ct)
    {
        var reply = await _channel.CommandAsync($"EHLO {_name}", ct);
        Require(reply, "the greeting");
        _extensions = [.. reply.Lines.Skip(1)];
    }

    private async Task EncryptAsync(SmtpOptions options, CancellationToken ct)
    {
        if (!_extensions.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase)
            || (await _channel.CommandAsync("STARTTLS", ct)).Code != 220)
        {
            throw new SmtpException("EMAIL_TLS_REQUIRED", "The mail server does not offer TLS, and without it no mail is sent.");
        }

        // What came in clear after the answer was not said by the server that the certificate will name.
        if (_channel.HasUnread)
        {
            throw SmtpException.Temporary("The mail server's answer to STARTTLS was followed by something in clear.");
        }

        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.Host, CertificateChainPolicy = Policy(options) }, ct);
        _channel = new SmtpChannel(tls);

        // What was announced in clear does not count.
        await HelloAsync(ct);
    }

    private async Task LogInAsync(string user, string password, CancellationToken ct)
    {
        var methods = _extensions
            .FirstOrDefault(extension => extension.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?
            .ToUpperInvariant().Split(' ') ?? [];
        if (methods.Contains("PLAIN"))
        {
            Require(await _channel.CommandAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", ct), "the login");
        }
        else if (methods.Contains("LOGIN"))
        {
            Require(await _channel.CommandAsync("AUTH LOGIN", ct), "the login", expected: 3);
            Require(await _channel.CommandAsync(Base64(user), ct), "the login", expected: 3);
            Require(await _channel.CommandAsync(Base64(password), ct), "the login");
        }
        else
        {
            throw new SmtpException("EMAIL_REJECTED", "The mail server offers no way to log in that this service knows.");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static X509ChainPolicy? Policy(SmtpOptions options)
    {
        if (options.TrustedRoots is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(options.TrustedRoots);
        return policy;
    }

    // Only replies about the message itself are told to its author; others speak of the operator's server.
    private static void Require(SmtpReply reply, string what, bool tell = false, int expected = 2)
    {
        if (reply.Code / 100 != expected)
        {
            throw new SmtpException(
                reply.Code is >= 500 and <= 599 ? "EMAIL_REJECTED" : "EMAIL_TEMPORARY",
                $"The mail server refused {what}.",
                tell ? reply : null);
        }
    }
}
