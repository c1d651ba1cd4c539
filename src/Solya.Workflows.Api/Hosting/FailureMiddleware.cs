using Solya.Workflows.Api.Errors;
using Solya.Workflows.Postgres.Failures;

namespace Solya.Workflows.Api.Hosting;

/// <summary>The one place where an unexpected exception becomes an answer.</summary>
internal sealed partial class FailureMiddleware(RequestDelegate next, ILogger<FailureMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; whatever was committed stands, and nobody waits for the answer.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
#pragma warning disable CA1031 // This is where every exception ends.
        catch (Exception exception) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<FaceErrors>() is { } errors)
            {
                await AnswerOf(exception, errors, context).ExecuteAsync(context);
            }
            else
            {
                LogUnexpected(exception, context.Request.Method, context.Request.Path);
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    private Answer AnswerOf(Exception exception, FaceErrors errors, HttpContext context)
    {
        if (exception is BadHttpRequestException broken)
        {
            return errors.BrokenRequest(broken.StatusCode);
        }

        var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (DatabaseFailure.Classify(exception, isWrite) is { } unavailable)
        {
            LogUnavailable(context.Request.Method, context.Request.Path, unavailable.OutcomeUnknown, unavailable.Message);
            return errors.DatabaseUnavailable(unavailable.OutcomeUnknown);
        }

        LogUnexpected(exception, context.Request.Method, context.Request.Path);
        return errors.Unknown();
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} met an unavailable database (outcome unknown: {OutcomeUnknown}): {Reason}")]
    private partial void LogUnavailable(string method, string path, bool outcomeUnknown, string reason);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string method, string path);
}
