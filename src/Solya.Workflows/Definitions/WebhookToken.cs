using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Definitions;

/// <summary>The secret of a webhook's address: 32 random bytes as 43 url-safe characters.</summary>
public static class WebhookToken
{
    public const int Length = 43;

    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What a token is looked up by: how long that takes tells nothing of the token.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whether two tokens are the same, in a time that does not depend on where they differ.</summary>
    public static bool AreEqual(string one, string other)
        => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
