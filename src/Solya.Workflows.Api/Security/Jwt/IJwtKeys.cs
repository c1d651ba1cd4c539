using Microsoft.IdentityModel.Tokens;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>Where the keys come from that tokens are checked with.</summary>
internal interface IJwtKeys
{
    /// <summary>
    /// The keys that may have signed a token with this <paramref name="algorithm"/> and <paramref name="keyId"/>. A key serves
    /// only the algorithm of its own kind: otherwise a public key could be used as the secret of an HMAC.
    /// </summary>
    ValueTask<IReadOnlyList<SecurityKey>> FindAsync(string algorithm, string? keyId, CancellationToken ct);
}
