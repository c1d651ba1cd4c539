using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Workflows.Runs;
using Solya.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Workflows.Webhooks;

/// <summary>Starts runs for programs that know nothing but an address.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api) => api.MapPost("/{token}", ReceiveAsync)
        .WithMetadata(new SecuritySchemeMetadata(null))
        .WithMetadata(new IdempotentMetadata())
        .Answers<WebhookRunResponse>(202, 400, 404, 409, 413, 422)
        .WithTags("Webhooks")
        .WithName("ReceiveWebhook")
        .WithSummary("Start a run; its context is the request: headers, query and body");

    private static async Task<Answer> ReceiveAsync(
        HttpContext context, string token, GraphWorkflowRepository workflows, Executions executions, TimeProvider clock, CancellationToken ct)
    {
        // An address that is not alive learns nothing else, whatever its body.
        if (await workflows.FindByWebhookAsync(token, ct) is not { } workflow)
        {
            return WorkflowsErrors.WebhookNotFound();
        }

        var (request, body, refusal) = await WebhookRequest.ReadAsync(context);
        if (request is null)
        {
            return refusal!;
        }

        return context.Request.Headers.ContainsKey(IdempotencyFilter.Header)
            ? await IdempotencyFilter.OnceAsync(
                context, workflow.OrganizationId, body!, clock.GetUtcNow().ToMilliseconds(), () => StartAsync(workflow, request, executions, ct))
            : await StartAsync(workflow, request, executions, ct);
    }

    private static async Task<Answer> StartAsync(Workflow workflow, JsonText request, Executions executions, CancellationToken ct)
    {
        var (run, _, refusal) = await executions.StartAsync(workflow.OrganizationId, workflow.Id, request, ct);
        return refusal
            ?? Answer.Of(202, new WebhookRunResponse(PublicId.Format(PublicId.FlowRun, run!.Id), "pending"), WorkflowsJson.Face.WebhookRunResponse);
    }
}

/// <summary>The run that a webhook has started.</summary>
/// <param name="Status">Always pending.</param>
public sealed record WebhookRunResponse(string Id, string Status);
