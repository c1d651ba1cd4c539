using System.Buffers.Text;
using System.Text.Json;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>The readable parts of a signed token (RFC 7515, compact). Nothing in it is to be believed before its signature is checked.</summary>
internal sealed class JwtToken
{
    /// <summary>Longer ones do not fit into the headers of a request anyway.</summary>
    public const int MostCharacters = 16 * 1024;

    private const int MostTextCharacters = 255;

    private readonly JsonElement _payload;

    private JwtToken(string algorithm, string? keyId, JsonElement payload)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        _payload = payload;
    }

    public string Algorithm { get; }

    public string? KeyId { get; }

    /// <summary>Null for anything that is not three parts of strict base64url, the first two strict JSON objects.</summary>
    public static JwtToken? Read(string token)
    {
        if (token.Length > MostCharacters || token.Split('.') is not [{ Length: > 0 } first, { Length: > 0 } second, { Length: > 0 } third])
        {
            return null;
        }

        // "crit" names extensions that a reader must understand or refuse; this one understands none.
        if (!IsBase64Url(third) || ObjectOf(first) is not { } header || ObjectOf(second) is not { } payload
            || header.TryGetProperty("crit", out _)
            || !header.TryGetProperty("alg", out var algorithm) || algorithm.ValueKind != JsonValueKind.String
            || (header.TryGetProperty("kid", out var keyId) && keyId.ValueKind != JsonValueKind.String))
        {
            return null;
        }

        return new(algorithm.GetString()!, keyId.ValueKind == JsonValueKind.String ? keyId.GetString() : null, payload);
    }

    public bool Has(string claim) => _payload.TryGetProperty(claim, out _);

    /// <summary>A non-empty string of at most 255 characters; null for anything else.</summary>
    public string? Text(string claim)
        => _payload.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= MostTextCharacters } text ? text : null;

    /// <summary>Seconds since 1970 (RFC 7519, NumericDate), whole or not; null for anything else.</summary>
    public double? Seconds(string claim)
        => _payload.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var seconds) && double.IsFinite(seconds) ? seconds : null;

    private static JsonElement? ObjectOf(string part)
    {
        if (!IsBase64Url(part))
        {
            return null;
        }

        // The strict gate of the bodies: no duplicate names, no U+0000, no lone surrogates, no deep nesting. So whoever else
        // reads the token reads the same in it.
        var json = Base64Url.DecodeFromChars(part);
        return StrictJson.Check(json) is null ? JsonElement.Parse(json) : null;
    }

    // The decoder would also take blanks and padding.
    private static bool IsBase64Url(string part)
        => part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && Base64Url.IsValid(part);
}
