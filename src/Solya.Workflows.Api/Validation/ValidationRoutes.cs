namespace Solya.Workflows.Api.Validation;

internal static class ValidationRoutes
{
    /// <summary>Reads and validates the route's JSON body before its handler runs.</summary>
    public static RouteHandlerBuilder Validate<TRequest>(this RouteHandlerBuilder route)
        where TRequest : class, IBodyRequest<TRequest>
        => route.AddEndpointFilter<BodyValidationFilter<TRequest>>().WithMetadata(new BodyMetadata(typeof(TRequest), TRequest.IsBodyOptional));

    /// <summary>Exempts the route from the time limit of ordinary requests.</summary>
    public static RouteHandlerBuilder MayTakeLong(this RouteHandlerBuilder route) => route.WithMetadata(new LongRunningMetadata());

    /// <summary>Reads and validates the route's query before its handler runs.</summary>
    public static RouteHandlerBuilder ValidateQuery<TRequest>(this RouteHandlerBuilder route)
        where TRequest : class, IQueryRequest<TRequest>
        => route.AddEndpointFilter<QueryValidationFilter<TRequest>>().WithMetadata(new QueryMetadata(typeof(TRequest)));
}
