using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.Security;

/// <summary>Who a credential speaks for; the filter that checked it leaves it with the request.</summary>
/// <param name="OrganizationId">1 to 255 characters; empty for administrators, who belong to none.</param>
/// <param name="Subject">Which person or program; null when the credential does not say.</param>
/// <param name="Email">Null when the credential does not say.</param>
public sealed record Caller(string OrganizationId, string? Subject = null, string? Email = null)
{
    public static readonly Caller Administrator = new("");

    /// <exception cref="InvalidOperationException">No filter of the route checks a credential that names a caller.</exception>
    public static Caller Of(HttpContext context)
        => context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route has no filter that names its caller.");

    /// <summary>The organization that a request is about: its caller's, or the one it names itself.</summary>
    public static string? OrganizationOf(HttpContext context)
        => context.Features.Get<Caller>()?.OrganizationId ?? context.Features.Get<IRequest>()?.OrganizationId;
}
