using System.Security.Cryptography;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Api.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Runs;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Workflows.Runs;

internal static class ExecutionEndpoints
{
    // The original answer counts, whatever a repeat's body says: all bodies are the same to the key.
    private static readonly byte[] AnyBody = SHA256.HashData([]);

    private static readonly TimeSpan SyncPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    public static void MapExecutions(this IEndpointRouteBuilder api)
    {
        var executions = api.MapGroup("/").WithTags("Executions");

        executions.MapPost("/{workflowId}/execute", ExecuteAsync)
            .Validate<ExecuteRequest>()
            .WithMetadata(new IdempotentMetadata(IsUuid: true))
            .Answers<ExecutionResponse>(202, 400, 401, 404, 409, 413, 415, 422)
            .WithName("ExecuteWorkflow")
            .WithSummary("Execute a workflow");
        executions.MapPost("/sync/{workflowId}", ExecuteSynchronouslyAsync)
            .Validate<ExecuteRequest>()
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
        HttpContext context, string workflowId, Input<ExecuteRequest> input, Executions executions, IdempotencyRepository idempotency, TimeProvider clock,
        CancellationToken ct)
    {
        if (!ExecutionKey.TryRead(context.Request, out var key))
        {
            return WorkflowsErrors.InvalidField(IdempotencyFilter.Header, $"The {IdempotencyFilter.Header} must be a UUID.");
        }

        if (PublicId.Parse(PublicId.Flow, workflowId) is not { } workflow)
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        var organization = Caller.Of(context).OrganizationId;
        if (key is null)
        {
            return await StartAsync(context, organization, workflow, input.Value.Context, executions, ct);
        }

        Answer? executed = null;
        var receipt = await idempotency.OnceAsync(
            new(organization, $"/workflows/{workflowId}/execute", key, AnyBody),
            clock.GetUtcNow().ToMilliseconds(),
            async () =>
            {
                executed = await StartAsync(context, organization, workflow, input.Value.Context, executions, ct);
                return new RememberedAnswer(executed.Status, executed.Body);
            },
            ct);
        return receipt.Outcome switch
        {
            IdempotencyOutcome.Executed => executed!,
            IdempotencyOutcome.Replayed => new Answer(receipt.Answer!.Status, receipt.Answer.Body).With("Idempotent-Replayed", "true"),
            IdempotencyOutcome.InFlight => WorkflowsErrors.Instance.IdempotencyInFlight(),
            IdempotencyOutcome.KeyReused => throw new InvalidOperationException("All bodies are the same to the key."),
        };
    }

    private static async Task<Answer> StartAsync(
        HttpContext context, string organization, Guid workflow, RawJson? given, Executions executions, CancellationToken ct)
    {
        var (run, stored, refusal) = await executions.StartAsync(organization, workflow, ContextOf(given), ct);
        return refusal ?? Answer.Of(202, ExecutionResponse.Of(run!, stored, null, context.Request), WorkflowsJson.Face.ExecutionResponse);
    }

    private static async Task<Answer> ExecuteSynchronouslyAsync(
        HttpContext context, string workflowId, Input<ExecuteRequest> input, Executions executions, RunRepository runs, TimeProvider clock, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Flow, workflowId) is not { } workflow)
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        var began = clock.GetTimestamp();
        var (started, _, refusal) = await executions.StartAsync(Caller.Of(context).OrganizationId, workflow, ContextOf(input.Value.Context), ct);
        if (started is null)
        {
            return refusal!;
        }

        // The run may be executed by any process, so the database is asked; less often the longer it takes.
        var pause = ShortestPause;
        while (true)
        {
            await Task.Delay(pause, clock, ct);
            var run = (await runs.FindRunAsync(started.OrganizationId, started.Id, ct))!;
            if (run.Status.IsTerminal())
            {
                return await executions.AnswerAsync(200, run, context.Request, ct);
            }

            if (clock.GetElapsedTime(began) + pause >= SyncPatience)
            {
                return await executions.AnswerAsync(202, run, context.Request, ct);
            }

            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

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
