namespace Solya.Workflows.Api.Hosting;

/// <summary>
/// Gives each request its services, and lets them outlive the request when its work was abandoned: a context whose
/// statement still waits for a silent server must not be handed to another request.
/// </summary>
internal sealed class RequestScopeMiddleware(RequestDelegate next, IServiceScopeFactory scopes)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var scope = scopes.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<AbandonedWork>() is { } abandoned)
            {
                _ = DisposeAfterAsync(abandoned.Work, scope);
            }
            else
            {
                await scope.DisposeAsync();
            }
        }
    }

    private static async Task DisposeAfterAsync(Task work, AsyncServiceScope scope)
    {
        await using (scope)
        {
            // Its caller has been told; what it may still throw is nobody's any more.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>What a request has left behind; it ends by itself when its last statement does.</summary>
internal sealed record AbandonedWork(Task Work);
