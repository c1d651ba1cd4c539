using System.Security.Cryptography.X509Certificates;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>The mail server that <c>email.send</c> uses; section <c>Smtp</c>. It is the operator's choice, so it may stand in a private network.</summary>
public sealed class SmtpOptions
{
    /// <summary>Without one no mail can be sent, and every attempt fails.</summary>
    public string? Host { get; init; }

    /// <summary>A port that begins in clear, as 25 and 587 do; TLS from the first byte (465) is not spoken.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Without one the service does not log in.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Requires TLS: a server that does not offer it is sent nothing.</summary>
    public bool StartTls { get; init; } = true;

    /// <summary>The sender: one plain address. Its domain is also that of the Message-ID.</summary>
    public string? From { get; init; }

    /// <summary>Roots trusted instead of the system's, for a server with a certificate of one's own making.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}
