using Solya.Workflows.Api.Errors;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.Security;

/// <summary>
/// Lets nobody past without an API key, and names the key's workspace as the caller. It runs before the body is read, and
/// before 404 and 405 are told: an unknown caller learns nothing.
/// </summary>
internal sealed class ApiKeyFilter(ApiKeys keys) : IEndpointFilter
{
    public const string Header = "x-api-key";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var given = http.Request.Headers[Header];
        if (given is [] or [null or ""])
        {
            return FaceErrors.Of(http).Unauthorized("Missing x-api-key header");
        }

        var stored = http.RequestServices.GetRequiredService<WorkspaceRepository>();
        if (given is not [{ } key] || await keys.OrganizationOfAsync(key, stored, http.RequestAborted) is not { } organization)
        {
            return FaceErrors.Of(http).Unauthorized("Invalid or revoked API key");
        }

        http.Features.Set(new Caller(organization));
        return await next(context);
    }
}
