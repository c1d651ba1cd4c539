using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>Decides whether a token is believed, and whom it speaks for. No token, however made, is an exception.</summary>
public sealed class JwtValidator
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private readonly JwtOptions _options;
    private readonly IJwtKeys _keys;
    private readonly TimeProvider _clock;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = JwtToken.MostCharacters };

    internal JwtValidator(JwtOptions options, IJwtKeys keys, TimeProvider clock)
    {
        _options = options;
        _keys = keys;
        _clock = clock;
    }

    public async ValueTask<JwtVerdict> ValidateAsync(string token, CancellationToken ct)
    {
        if (JwtToken.Read(token) is not { } jwt)
        {
            return JwtVerdict.Refused("It is no signed JWT.");
        }

        var keys = await _keys.FindAsync(jwt.Algorithm, jwt.KeyId, ct);
        if (keys.Count == 0)
        {
            return JwtVerdict.Refused("No key is known for its alg and kid.");
        }

        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [jwt.Algorithm],
            IssuerSigningKeys = keys,
            TryAllIssuerSigningKeys = true, // they have been chosen by the kid already
            ValidateIssuer = _options.Issuer is not null,
            ValidIssuer = _options.Issuer,
            ValidateAudience = _options.Audience is not null,
            ValidAudience = _options.Audience,
            ValidateLifetime = false, // below, by the service's own clock
            LogValidationExceptions = false,
        });
        return result.IsValid
            ? RefusedForItsTime(jwt) ?? CallerOf(jwt)
            : JwtVerdict.Refused($"The library refuses it: {result.Exception?.GetType().Name}.");
    }

    private JwtVerdict? RefusedForItsTime(JwtToken jwt)
    {
        var now = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        if (jwt.Seconds("exp") is not { } expires)
        {
            return JwtVerdict.Refused("It has no exp.");
        }

        if (now >= expires + ClockSkew.TotalSeconds)
        {
            return JwtVerdict.Refused("It has expired.");
        }

        return jwt.Has("nbf") && !(jwt.Seconds("nbf") <= now + ClockSkew.TotalSeconds) ? JwtVerdict.Refused("It is not valid yet.") : null;
    }

    private JwtVerdict CallerOf(JwtToken jwt)
        => jwt.Text(_options.OrganizationClaim) is { } organization
            ? JwtVerdict.Accepted(new(organization, jwt.Text("sub"), jwt.Text("email")))
            : JwtVerdict.Refused("It names no organization.");
}
