using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Workspaces;

/// <summary>How an API key looks: <c>stv_</c> and 256 random bits as 43 url-safe characters.</summary>
public static class ApiKeyText
{
    private const string Prefix = "stv_";
    private const int RandomBytes = 32;
    private const int Length = 4 + 43;

    private static readonly SearchValues<char> UrlSafe =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Whether a key could look like that; spares the database what cannot be one.</summary>
    public static bool IsWellFormed(string text)
        => text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && !text.AsSpan(Prefix.Length).ContainsAnyExcept(UrlSafe);

    /// <summary>SHA-256. The key has enough random bits of its own to need no salt, and must be found by its hash.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));

    /// <summary>The first characters, enough to recognise a key.</summary>
    public static string HintOf(string key) => key[..10];
}
