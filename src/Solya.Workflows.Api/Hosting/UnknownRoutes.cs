using Microsoft.AspNetCore.Routing.Template;
using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Hosting;

internal static class UnknownRoutes
{
    /// <summary>
    /// Catches what no route of the group takes, and answers 404, or 405 with what the path allows. As a route of the
    /// group it stands behind the group's filters, so that an unknown caller is told neither.
    /// </summary>
    public static void MapUnknownRoutes(this IEndpointRouteBuilder group)
        => group.Map("/{**path}", Answer (HttpContext context, EndpointDataSource routes) =>
        {
            var allowed = AllowedMethods(context.Request.Path, routes);
            return allowed.Length > 0
                ? FaceErrors.Of(context).MethodNotAllowed(string.Join(", ", allowed))
                : FaceErrors.Of(context).RouteNotFound();
        }).ExcludeFromDescription();

    private static string[] AllowedMethods(PathString path, EndpointDataSource routes) =>
    [
        .. routes.Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>() is not null
                && new TemplateMatcher(new RouteTemplate(route.RoutePattern), []).TryMatch(path, []))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];
}
