using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Engine.Webhooks;

/// <summary>Secrets and signatures of the Standard Webhooks scheme, symmetric version <c>v1</c>.</summary>
public static class StandardWebhooks
{
    public const string SecretPrefix = "whsec_";

    private const int SecretBytes = 32;

    /// <summary>A secret of 32 random bytes.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The value of <c>webhook-signature</c>. The timestamp counts in whole seconds; the body is the bytes that are sent.</summary>
    /// <exception cref="FormatException">The secret is not <c>whsec_</c> and base64.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            throw new FormatException($"A webhook secret starts with {SecretPrefix}.");
        }

        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp.ToUnixTimeSeconds()}.")));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
