namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>Who a valid token speaks for.</summary>
/// <param name="OrganizationId">1 to 255 characters.</param>
/// <param name="Subject">The user; null when the token names none.</param>
/// <param name="Email">Null when the token names none.</param>
public sealed record Caller(string OrganizationId, string? Subject, string? Email)
{
    /// <summary>The caller of a request that <see cref="JwtBearerFilter"/> let past.</summary>
    public static Caller Of(HttpContext context)
        => context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route is not behind the JWT filter.");
}
