using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Solya.Workflows.Engine.Tests;

/// <summary>A mail server on loopback that keeps what it is told and answers as the test wants.</summary>
internal sealed class LoopbackSmtp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public LoopbackSmtp()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public static X509Certificate2 Certificate { get; } = NewCertificate();

    /// <summary>What EHLO offers, in clear; under TLS STARTTLS is left out.</summary>
    public string[] Extensions { get; init; } = [];

    /// <summary>Replies instead of the usual ones, by how the command begins; "." is the end of the message, "" the greeting. A null reply closes the connection.</summary>
    public Dictionary<string, string?> Replies { get; init; } = [];

    /// <summary>Every command, with "TLS " before those that came encrypted.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>Every message, its dots restored.</summary>
    public ConcurrentQueue<string> Messages { get; } = [];

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
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
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
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var encrypted = false;
        await ReplyAsync(stream, "", "220 ready");
        while (await LineAsync(stream) is { } command)
        {
            Commands.Enqueue((encrypted ? "TLS " : "") + command);
            if (command.StartsWith("EHLO", StringComparison.Ordinal))
            {
                var offered = Extensions.Where(extension => !encrypted || extension != "STARTTLS");
                await ReplyAsync(stream, command, string.Concat(offered.Select(extension => $"250-{extension}\r\n").Prepend("250-loopback\r\n")) + "250 HELP");
            }
            else if (command == "STARTTLS")
            {
                await ReplyAsync(stream, command, "220 go ahead");
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
                stream = tls;
                encrypted = true;
            }
            else if (command == "AUTH LOGIN")
            {
                await ReplyAsync(stream, command, "334 VXNlcm5hbWU6");
                Commands.Enqueue(await LineAsync(stream) ?? "");
                await ReplyAsync(stream, "user", "334 UGFzc3dvcmQ6");
                Commands.Enqueue(await LineAsync(stream) ?? "");
                await ReplyAsync(stream, "password", "235 welcome");
            }
            else if (command == "DATA")
            {
                await ReplyAsync(stream, command, "354 go on");
                await MessageAsync(stream);
                await ReplyAsync(stream, ".", "250 queued");
            }
            else
            {
                await ReplyAsync(stream, command, "250 fine");
            }
        }
    }

    private async Task MessageAsync(Stream stream)
    {
        var message = new StringBuilder();
        while (await LineAsync(stream) is { } line)
        {
            if (line == ".")
            {
                Messages.Enqueue(message.ToString());
                return;
            }

            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
    }

    private async Task ReplyAsync(Stream stream, string command, string usual)
    {
        var special = Replies.Keys.FirstOrDefault(start => start.Length == 0 ? command.Length == 0 : command.StartsWith(start, StringComparison.Ordinal));
        var reply = special is null ? usual : Replies[special] ?? throw new IOException("The test closes the connection here.");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(reply + "\r\n"), _stop.Token);
    }

    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                // A line break of one character would be read differently by different servers.
                return line.Count > 0 && line[^1] == '\r' ? Encoding.Latin1.GetString([.. line[..^1]]) : throw new IOException("A bare line feed.");
            }

            line.Add(one[0]);
        }

        return null;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
