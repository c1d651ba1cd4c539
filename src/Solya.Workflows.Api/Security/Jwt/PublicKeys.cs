using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>The signature keys of a JSON Web Key Set (RFC 7517): RSA of at least 2048 bits for RS256, P-256 for ES256.</summary>
internal sealed class PublicKeys
{
    private const int MinRsaBits = 2048;

    private readonly IReadOnlyList<(string Algorithm, string? Id, SecurityKey Key)> _keys;

    private PublicKeys(IReadOnlyList<(string Algorithm, string? Id, SecurityKey Key)> keys) => _keys = keys;

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Keys of other kinds and for other uses are passed over; so are broken ones.</summary>
    /// <exception cref="JsonException">It is no key set.</exception>
    public static PublicKeys Read(string json)
    {
        if (StrictJson.Check(Encoding.UTF8.GetBytes(json)) is { } malformed)
        {
            throw new JsonException(malformed.Message);
        }

        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("A JSON Web Key Set is an object with an array 'keys'.");
        }

        return new([.. keys.EnumerateArray().Where(IsForSignatures).Select(KeyOf).OfType<(string, string?, SecurityKey)>()]);
    }

    /// <summary>
    /// The keys with this id, or, when none has it, those without any id. A token that names no key may have been signed by
    /// any of them.
    /// </summary>
    public IReadOnlyList<SecurityKey> Find(string algorithm, string? keyId)
    {
        var fitting = _keys.Where(key => key.Algorithm == algorithm).ToList();
        var named = keyId is null ? fitting : [.. fitting.Where(key => key.Id == keyId)];
        return [.. (named.Count > 0 ? named : fitting.Where(key => key.Id is null)).Select(key => key.Key)];
    }

    private static bool IsForSignatures(JsonElement key)
        => key.ValueKind == JsonValueKind.Object && TextOf(key, "use") is null or "sig"
            && (!key.TryGetProperty("key_ops", out var uses) || (uses.ValueKind == JsonValueKind.Array
                && uses.EnumerateArray().Any(use => use.ValueKind == JsonValueKind.String && use.ValueEquals("verify"))));

    private static (string Algorithm, string? Id, SecurityKey Key)? KeyOf(JsonElement json)
    {
        var algorithm = TextOf(json, "kty") switch
        {
            "RSA" => SecurityAlgorithms.RsaSha256,
            "EC" when TextOf(json, "crv") == "P-256" => SecurityAlgorithms.EcdsaSha256,
            _ => null,
        };
        if (algorithm is null || (TextOf(json, "alg") is { } stated && stated != algorithm))
        {
            return null;
        }

        SecurityKey? key = algorithm == SecurityAlgorithms.RsaSha256 ? RsaKeyOf(json) : EcKeyOf(json);
        return key is null ? null : (algorithm, TextOf(json, "kid"), key);
    }

    private static RsaSecurityKey? RsaKeyOf(JsonElement json)
    {
        if (NumberOf(json, "n") is not { } modulus || NumberOf(json, "e") is not { } exponent)
        {
            return null;
        }

        try
        {
            var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
            return rsa.KeySize >= MinRsaBits ? new RsaSecurityKey(rsa) : null;
        }
        catch (CryptographicException)
        {
            return null; // no RSA key at all
        }
    }

    private static ECDsaSecurityKey? EcKeyOf(JsonElement json)
    {
        if (NumberOf(json, "x") is not { } x || NumberOf(json, "y") is not { } y)
        {
            return null;
        }

        try
        {
            return new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = x, Y = y } }));
        }
        catch (CryptographicException)
        {
            return null; // no point of the curve
        }
    }

    private static string? TextOf(JsonElement key, string name)
        => key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? NumberOf(JsonElement key, string name)
        => TextOf(key, name) is { Length: > 0 } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
