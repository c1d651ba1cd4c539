namespace Solya.Workflows.Api.Idempotency;

internal static class IdempotencyRoutes
{
    /// <summary>Lets the route be repeated safely under an <c>Idempotency-Key</c>. Stands after the validation.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route)
        => route.AddEndpointFilter<IdempotencyFilter>().WithMetadata(new IdempotentMetadata());
}
