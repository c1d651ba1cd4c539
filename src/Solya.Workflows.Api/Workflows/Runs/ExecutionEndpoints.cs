using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Api.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.Workflows.Runs;

internal static class ExecutionEndpoints
{
    public static void MapExecutions(this IEndpointRouteBuilder api)
    {
        var executions = api.MapGroup("/").WithTags("Executions");

        executions.MapPost("/{workflowId}/execute", ExecuteAsync)
            .AddEndpointFilter(ReplayExecutionAsync)
            .Validate<ExecuteRequest>()
            .WithMetadata(new IdempotentMetadata(IsUuid: true))
            .Answers<ExecutionResponse>(202, 400, 401, 404, 409, 413, 415, 422)
            .WithName("ExecuteWorkflow")
            .WithSummary("Execute a workflow");
        executions.MapPost("/sync/{workflowId}", ExecuteSynchronouslyAsync)
            .AddEndpointFilter(ReplaySynchronousExecutionAsync)
            .Validate<ExecuteRequest>()
            .WithMetadata(new IdempotentMetadata(IsUuid: true))
            .MayTakeLong()
            .Answers<ExecutionResponse>(200, 400, 401, 404, 409, 413, 415, 422)
            .Answers<ExecutionResponse>(202)
            .WithName("ExecuteWorkflowSynchronously")
            .WithSummary("Execute a workflow and wait for its end, at most 30 seconds");
        executions.MapGet("/{workflowId}/executions", ListAsync)
            .ValidateQuery<ListExecutionsQuery>()
            .Answers<PageResponse<ExecutionSummary>>(200, 401, 404, 422)
            .WithName("ListExecutions")
            .WithSummary("List the runs of a workflow, newest first");
    }

    private static async Task<Answer> ExecuteAsync(
        HttpContext context, string workflowId, Input<ExecuteRequest> input, Executions executions, CancellationToken ct)
    {
        if (!ExecutionKey.TryRead(context.Request, out var key))
        {
            return InvalidKey();
        }

        if (PublicId.Parse(PublicId.Flow, workflowId) is not { } workflow)
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        return await executions.ExecuteAsync(
            context.Request, Caller.Of(context).OrganizationId, workflow, ExecutePath(workflowId), key, ContextOf(input.Value.Context), ct);
    }

    private static async Task<Answer> ExecuteSynchronouslyAsync(
        HttpContext context, string workflowId, Input<ExecuteRequest> input, Executions executions, ExecutionKeys keys, SynchronousRuns synchronous,
        CancellationToken ct)
    {
        if (!ExecutionKey.TryRead(context.Request, out var key))
        {
            return InvalidKey();
        }

        if (PublicId.Parse(PublicId.Flow, workflowId) is not { } workflow)
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        return await synchronous.EndOfAsync(
            await keys.OnceAsync(Caller.Of(context).OrganizationId, SynchronousPath(workflowId), key, StartAsync, ct), context, ct);

        // The key remembers which run it started, not how that stood.
        async Task<Answer> StartAsync()
        {
            var (run, _, refusal) = await executions.StartAsync(Caller.Of(context).OrganizationId, workflow, ContextOf(input.Value.Context), ct);
            return refusal ?? SynchronousRuns.Started(run!);
        }
    }

    private static async ValueTask<object?> ReplayExecutionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        => await Keys(context).ReplayOverAsync((Answer)(await next(context))!, context.HttpContext, ExecutePath(WorkflowOf(context)));

    private static async ValueTask<object?> ReplaySynchronousExecutionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, answer) = (context.HttpContext, (Answer)(await next(context))!);
        var replay = await Keys(context).ReplayOverAsync(answer, http, SynchronousPath(WorkflowOf(context)));
        return ReferenceEquals(replay, answer)
            ? answer
            : await http.RequestServices.GetRequiredService<SynchronousRuns>().EndOfAsync(replay, http, http.RequestAborted);
    }

    private static ExecutionKeys Keys(EndpointFilterInvocationContext context) => context.HttpContext.RequestServices.GetRequiredService<ExecutionKeys>();

    private static string WorkflowOf(EndpointFilterInvocationContext context) => (string)context.HttpContext.Request.RouteValues["workflowId"]!;

    private static string ExecutePath(string workflowId) => $"/workflows/{workflowId}/execute";

    private static string SynchronousPath(string workflowId) => $"/workflows/sync/{workflowId}";

    private static Answer InvalidKey() => WorkflowsErrors.InvalidField(IdempotencyFilter.Header, $"The {IdempotencyFilter.Header} must be a UUID.");

    private static async Task<Answer> ListAsync(
        HttpContext context, string workflowId, Input<ListExecutionsQuery> input, GraphWorkflowRepository workflows, RunRepository runs, CancellationToken ct)
    {
        if (await workflows.FindAsync(context, workflowId, ct) is not { Workflow: var workflow })
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        var page = input.Value.Page ?? 1;
        var found = await runs.ListRunsAsync(
            new(workflow.OrganizationId, null, workflow.Id, null, null, null, null), new(Pages.Size, (page - 1) * Pages.Size, null), ct);
        return Answer.Of(
            200,
            Pages.Of([.. found.Items.Select(ExecutionSummary.Of)], page, found.Total, found.IsTotalCapped, found.HasMore, $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}"),
            WorkflowsJson.Face.PageResponseExecutionSummary);
    }

    private static JsonText ContextOf(RawJson? given) => given is { } document ? new(document.Text) : JsonText.EmptyObject;
}
