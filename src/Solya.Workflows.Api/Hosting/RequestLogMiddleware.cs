using System.Diagnostics;
using Solya.Workflows.Api.Security;

namespace Solya.Workflows.Api.Hosting;

/// <summary>Writes one line a request: who asked for what, what it got, how long it took. No tokens, no bodies.</summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, TimeProvider clock, ILogger<RequestLogMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var began = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            LogRequest(
                context.Request.Method,
                (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText,
                context.Response.StatusCode,
                clock.GetElapsedTime(began).TotalMilliseconds,
                Caller.OrganizationOf(context),
                Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Method} {Route} answered {Status} in {Milliseconds} ms (organization {Organization}, trace {TraceId})")]
    private partial void LogRequest(string method, string? route, int status, double milliseconds, string? organization, string traceId);
}
