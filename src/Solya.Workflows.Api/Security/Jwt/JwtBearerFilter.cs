using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>
/// Lets nobody past without a valid token, and notes whom it speaks for: <see cref="Caller.Of"/>. It runs before the body is read,
/// and before 404 and 405 are told: an unknown caller learns nothing.
/// </summary>
public sealed partial class JwtBearerFilter(JwtValidator validator, ILogger<JwtBearerFilter> logger) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return FaceErrors.Of(http).Unauthorized("Unauthenticated.");
        }

        var verdict = await validator.ValidateAsync(header[Scheme.Length..].Trim(' '), http.RequestAborted);
        if (verdict.Caller is not { } caller)
        {
            LogRefused(verdict.Refusal);
            return FaceErrors.Of(http).Unauthorized("Unauthenticated.");
        }

        http.Features.Set(caller);
        return await next(context);
    }

    [LoggerMessage(LogLevel.Debug, "Refused a token: {Reason}")]
    private partial void LogRefused(string? reason);
}
