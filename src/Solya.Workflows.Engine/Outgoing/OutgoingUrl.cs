using System.Diagnostics.CodeAnalysis;

namespace Solya.Workflows.Engine.Outgoing;

/// <summary>What a URL must be to be called: absolute, http or https, without user name and password, at most 8,192 characters.</summary>
public static class OutgoingUrl
{
    public const int MaxLength = 8_192;

    /// <summary>Reads a URL; <paramref name="fault"/> completes the sentence "The URL …".</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? fault)
    {
        url = null;
        fault = Fault(text, out var parsed);
        if (fault is not null)
        {
            return false;
        }

        url = parsed!;
        return true;
    }

    private static string? Fault(string text, out Uri? parsed)
    {
        parsed = null;
        if (text.Length is 0 or > MaxLength)
        {
            return "must have 1 to 8,192 characters.";
        }

        if (text.Any(char.IsControl))
        {
            return "must not contain control characters.";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out parsed) || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
        {
            return "must be absolute and start with http:// or https://.";
        }

        if (parsed.IdnHost.Length == 0)
        {
            return "must name a host.";
        }

        return parsed.UserInfo.Length > 0 ? "must not contain a user name or password; use a header." : null;
    }
}
