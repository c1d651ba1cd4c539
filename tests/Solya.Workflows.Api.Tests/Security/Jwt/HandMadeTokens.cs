using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Api.Tests.Security.Jwt;

/// <summary>Tokens and key sets put together by hand, so that no library vouches for itself.</summary>
internal static class HandMadeTokens
{
    public const string Secret = "0123456789abcdef0123456789abcdef";

    public static RSA Rsa { get; } = RSA.Create(2048);

    public static ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string Hs256(string payload, string header = """{"alg":"HS256","typ":"JWT"}""", string secret = Secret)
        => Signed(header, payload, data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), data));

    public static string Rs256(string payload, string header = """{"alg":"RS256","kid":"r"}""", RSA? key = null)
        => Signed(header, payload, data => (key ?? Rsa).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(string payload, string header = """{"alg":"ES256","kid":"e"}""", ECDsa? key = null)
        => Signed(header, payload, data => (key ?? Ec).SignData(data, HashAlgorithmName.SHA256));

    public static string Signed(string header, string payload, Func<byte[], byte[]> sign)
        => Signed(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), sign);

    public static string Signed(byte[] header, byte[] payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string KeySet(params string[] keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    public static string RsaKey(RSA key, string more = "\"kid\":\"r\"")
    {
        var numbers = key.ExportParameters(false);
        return $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(numbers.Modulus)}}","e":"{{Base64Url.EncodeToString(numbers.Exponent)}}",{{more}}}""";
    }

    public static string EcKey(ECDsa key, string more = "\"kid\":\"e\"")
    {
        var numbers = key.ExportParameters(false);
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(numbers.Q.X)}}","y":"{{Base64Url.EncodeToString(numbers.Q.Y)}}",{{more}}}""";
    }
}
