using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Workflows.Runs;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.Workflows.Webhooks;

/// <summary>Starts runs for programs that know nothing but an address.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api) => api.MapPost("/{token}", ReceiveAsync)
        .WithMetadata(new SecuritySchemeMetadata(null))
        .Answers<WebhookRunResponse>(202, 400, 404, 409, 413)
        .WithTags("Webhooks")
        .WithName("ReceiveWebhook")
        .WithSummary("Start a run; its context is the request: headers, query and body");

    private static async Task<Answer> ReceiveAsync(
        HttpContext context, string token, GraphWorkflowRepository workflows, Executions executions, CancellationToken ct)
    {
        // An address that is not alive learns nothing else, whatever its body.
        if (await workflows.FindByWebhookAsync(token, ct) is not { } workflow)
        {
            return WorkflowsErrors.WebhookNotFound();
        }

        var (request, refusal) = await WebhookRequest.ReadAsync(context);
        if (request is null)
        {
            return refusal!;
        }

        var (run, _, refused) = await executions.StartAsync(workflow.OrganizationId, workflow.Id, request, ct);
        return refused
            ?? Answer.Of(202, new WebhookRunResponse(PublicId.Format(PublicId.FlowRun, run!.Id), "pending"), WorkflowsJson.Face.WebhookRunResponse);
    }
}

/// <summary>The run that a webhook has started.</summary>
/// <param name="Status">Always pending.</param>
public sealed record WebhookRunResponse(string Id, string Status);
