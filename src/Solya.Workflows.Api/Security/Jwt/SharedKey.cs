using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>One secret that the issuer knows too; it serves HS256 and nothing else.</summary>
internal sealed class SharedKey(string secret) : IJwtKeys
{
    private readonly SecurityKey[] _keys = [new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret))];

    // The key id does not count: there is only this one key.
    public ValueTask<IReadOnlyList<SecurityKey>> FindAsync(string algorithm, string? keyId, CancellationToken ct)
        => new(algorithm == SecurityAlgorithms.HmacSha256 ? _keys : []);
}
