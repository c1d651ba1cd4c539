using System.Text;
using System.Text.Json;
using Solya.Workflows.Api.Hosting;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>Whose tokens the <c>/workflows</c> face believes. Exactly one source of keys is set.</summary>
public sealed record JwtOptions
{
    public const int MinSigningKeyBytes = 32;

    /// <summary>The HS256 key, at least 32 bytes in UTF-8.</summary>
    public string? SigningKey { get; init; }

    /// <summary>A file with the public keys (RS256, ES256) as a JSON Web Key Set; read again when it changes.</summary>
    public string? JwksFile { get; init; }

    /// <summary>An OpenID provider that publishes its public keys (RS256, ES256); https, or http on this machine.</summary>
    public string? Authority { get; init; }

    /// <summary>What <c>iss</c> must be; null is not checked.</summary>
    public string? Issuer { get; init; }

    /// <summary>What <c>aud</c> must hold; null is not checked.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim that names the organization.</summary>
    public string OrganizationClaim { get; init; } = "org";

    /// <summary>Reads the section <c>Jwt</c>; what is set to nothing is not set.</summary>
    public static JwtOptions Of(IConfiguration configuration)
    {
        string? Given(string key) => configuration[$"Jwt:{key}"] is { Length: > 0 } value ? value : null;

        return new()
        {
            SigningKey = Given("SigningKey"),
            JwksFile = Given("JwksFile"),
            Authority = Given("Authority"),
            Issuer = Given("Issuer"),
            Audience = Given("Audience"),
            OrganizationClaim = Given("OrganizationClaim") ?? "org",
        };
    }

    /// <exception cref="SettingsException">The options name no usable key; the message says what to set.</exception>
    internal void Check()
    {
        if (new[] { SigningKey, JwksFile, Authority }.Count(source => source is not null) != 1)
        {
            throw new SettingsException("Set one of Jwt__SigningKey, Jwt__JwksFile and Jwt__Authority: tokens of /workflows are checked with it.");
        }

        if (SigningKey is not null && Encoding.UTF8.GetByteCount(SigningKey) < MinSigningKeyBytes)
        {
            throw new SettingsException($"Jwt__SigningKey must have at least {MinSigningKeyBytes} bytes.");
        }

        if (JwksFile is not null)
        {
            CheckFile(JwksFile);
        }

        if (Authority is not null
            && !(Uri.TryCreate(Authority, UriKind.Absolute, out var authority) && AuthorityKeys.IsTrustworthy(authority)))
        {
            throw new SettingsException("Jwt__Authority must be an https address.");
        }
    }

    private static void CheckFile(string path)
    {
        try
        {
            if (PublicKeys.Read(File.ReadAllText(path)).IsEmpty)
            {
                throw new SettingsException($"Jwt__JwksFile: {path} holds no RSA or P-256 key for signatures.");
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingsException($"Jwt__JwksFile cannot be read: {unreadable.Message}");
        }
    }
}
