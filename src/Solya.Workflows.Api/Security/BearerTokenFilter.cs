using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Security;

/// <summary>
/// Lets nobody past without a token of the group. It runs before the body is read, and before 404 and 405 are told: an
/// unknown caller learns nothing.
/// </summary>
internal sealed class BearerTokenFilter(params StaticTokens[] accepted) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        => context.HttpContext.Request.Headers.Authorization is [{ } header] && IsAccepted(header)
            ? next(context)
            : new(FaceErrors.Of(context.HttpContext).Unauthorized("A valid bearer token is required."));

    private bool IsAccepted(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var token = header.AsSpan(Scheme.Length).Trim(' ');
        var isKnown = false;
        foreach (var tokens in accepted)
        {
            isKnown |= tokens.Accepts(token);
        }

        return isKnown;
    }
}
