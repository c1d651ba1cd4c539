using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>One plain <c>local@domain</c> of ASCII: no display name, quotes, comments, lists or address literals. Such an address can stand in a header and in an SMTP command as it is.</summary>
internal sealed record EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocalLength = 64;
    private const int MaxLabelLength = 63;

    // RFC 5322, atext.
    private static readonly SearchValues<char> Atom = SearchValues.Create(
        "!#$%&'*+-/=?^_`{|}~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private EmailAddress(string local, string domain)
    {
        Domain = domain;
        Text = $"{local}@{domain}";
    }

    public string Text { get; }

    public string Domain { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || text.Length > MaxLength)
        {
            return false;
        }

        var local = text[..at];
        var domain = text[(at + 1)..];
        if (local.Length > MaxLocalLength || !local.Split('.').All(IsAtom) || !domain.Split('.').All(IsLabel))
        {
            return false;
        }

        address = new(local, domain);
        return true;
    }

    private static bool IsAtom(string part) => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(Atom);

    private static bool IsLabel(string part) =>
        part.Length is > 0 and <= MaxLabelLength && part[0] != '-' && part[^1] != '-' && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
