using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Security;

/// <summary>Lets only administrators past. Like <see cref="ApiKeyFilter"/> it comes before everything else.</summary>
internal sealed class AdminTokenFilter(StaticTokens accepted) : IEndpointFilter
{
    public const string Header = "x-admin-token";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers[Header] is not [{ Length: > 0 } token])
        {
            return new(FaceErrors.Of(http).Unauthorized("Missing x-admin-token header"));
        }

        if (!accepted.Accepts(token))
        {
            return new(FaceErrors.Of(http).Unauthorized("Invalid admin token"));
        }

        http.Features.Set(Caller.Administrator);
        return next(context);
    }
}
