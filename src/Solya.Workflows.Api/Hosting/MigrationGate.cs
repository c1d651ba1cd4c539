using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Hosting;

/// <summary>Answers 503 until the tables of this binary are there.</summary>
internal sealed class MigrationGate(RequestDelegate next, Readiness readiness)
{
    public Task InvokeAsync(HttpContext context)
        => readiness.IsMigrated || context.GetEndpoint()?.Metadata.GetMetadata<FaceErrors>() is not { } errors
            ? next(context)
            : errors.DatabaseUnavailable(outcomeUnknown: false).ExecuteAsync(context);
}
