using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Api.Workflows.Runs;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Schedules;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Workflows.Definitions;

internal static class WorkflowEndpoints
{
    private const int ListSize = 1_000;
    private const int PreviewedTicks = 10;

    public static void MapWorkflows(this IEndpointRouteBuilder api)
    {
        var workflows = api.MapGroup("/").WithTags("Workflows");

        workflows.MapPost("/", CreateAsync)
            .Validate<CreateWorkflowRequest>()
            .Idempotent()
            .Answers<WorkflowResponse>(201, 400, 401, 409, 413, 415, 422)
            .WithName("StoreGraphWorkflow")
            .WithSummary("Create a workflow");
        workflows.MapGet("/", ListAsync)
            .ValidateQuery<ListWorkflowsQuery>()
            .Answers<IReadOnlyList<WorkflowSummary>>(200, 401, 422)
            .WithName("ListGraphWorkflows")
            .WithSummary("List the workflows of every face, newest first, without their nodes and edges");
        workflows.MapGet("/{workflowId}", GetAsync)
            .Answers<WorkflowResponse>(200, 401, 404)
            .WithName("GetGraphWorkflow")
            .WithSummary("Read one workflow");
        workflows.MapPatch("/{workflowId}", PatchAsync)
            .Validate<PatchWorkflowRequest>()
            .Answers<WorkflowResponse>(200, 400, 401, 404, 409, 413, 415, 422)
            .WithName("PatchGraphWorkflow")
            .WithSummary("Change a workflow; another graph is a new version, and running runs keep theirs");
        workflows.MapDelete("/{workflowId}", DeleteAsync)
            .Answers<DeletedResponse>(200, 401, 404, 409)
            .WithName("DeleteGraphWorkflow")
            .WithSummary("Delete a workflow; its runs go on and stay readable");
        workflows.MapPost("/{workflowId}/webhook/rotate", RotateAsync)
            .Validate<CommandRequest>()
            .Idempotent()
            .Answers<WebhookResponse>(200, 400, 401, 404, 409, 413, 415, 422)
            .WithName("RotateWebhook")
            .WithSummary("Give the webhook a new address; the old one is dead at once");
        workflows.MapGet("/{workflowId}/schedule/preview", PreviewAsync)
            .ValidateQuery<PreviewScheduleQuery>()
            .Answers<SchedulePreviewResponse>(200, 401, 404, 422)
            .WithName("PreviewSchedule")
            .WithSummary("See the coming ticks, and what catch-up and overlap would do with them");
    }

    private static async Task<Answer> CreateAsync(
        HttpContext context, Input<CreateWorkflowRequest> input, GraphWorkflowRepository workflows, CancellationToken ct)
    {
        var caller = Caller.Of(context);
        var stored = await workflows.StoreWorkflowAsync(caller.OrganizationId, input.Value.ToEdit(), caller.Subject, caller.Email, ct);
        return Success(201, stored, context);
    }

    private static async Task<Answer> ListAsync(HttpContext context, Input<ListWorkflowsQuery> input, GraphWorkflowRepository workflows, CancellationToken ct)
    {
        var page = input.Value.Page ?? 1;
        var found = await workflows.ListWorkflowsAsync(Caller.Of(context).OrganizationId, new(ListSize, (page - 1) * ListSize, null), ct);
        var answer = Answer.Of(
            200,
            (IReadOnlyList<WorkflowSummary>)[.. found.Items.Select(workflow => WorkflowSummary.Of(workflow, context.Request))],
            WorkflowsJson.Face.IReadOnlyListWorkflowSummary);
        return found.HasMore ? answer.With("Link", $"</workflows?page={page + 1}>; rel=\"next\"") : answer;
    }

    private static async Task<Answer> GetAsync(HttpContext context, string workflowId, GraphWorkflowRepository workflows, CancellationToken ct)
        => await workflows.FindAsync(context, workflowId, ct) is { } stored ? Success(200, stored, context) : WorkflowsErrors.WorkflowNotFound();

    private static Task<Answer> PatchAsync(
        HttpContext context, string workflowId, Input<PatchWorkflowRequest> input, GraphWorkflowRepository workflows, CancellationToken ct)
    {
        var errors = new FieldErrors();
        return ChangeAsync(
            context,
            workflowId,
            (organization, id) => workflows.ChangeWorkflowAsync(organization, id, stored => input.Value.Over(stored, errors), ct),
            stored => Success(200, stored, context),
            errors);
    }

    private static Task<Answer> DeleteAsync(HttpContext context, string workflowId, GraphWorkflowRepository workflows, CancellationToken ct) => ChangeAsync(
        context,
        workflowId,
        (organization, id) => workflows.DeleteWorkflowAsync(organization, id, ct),
        _ => Answer.Of(200, new DeletedResponse(workflowId, true), WorkflowsJson.Face.DeletedResponse),
        new());

    private static Task<Answer> RotateAsync(
        HttpContext context, string workflowId, Input<CommandRequest> input, GraphWorkflowRepository workflows, CancellationToken ct) => ChangeAsync(
        context,
        workflowId,
        (organization, id) => workflows.RotateWebhookAsync(organization, id, ct),
        stored => Answer.Of(200, new WebhookResponse(workflowId, WebhookUrls.Whole(stored.Workflow, context.Request)!), WorkflowsJson.Face.WebhookResponse),
        new());

    private static async Task<Answer> PreviewAsync(
        HttpContext context, string workflowId, Input<PreviewScheduleQuery> input, GraphWorkflowRepository workflows, TimeProvider clock, CancellationToken ct)
    {
        if (await workflows.FindAsync(context, workflowId, ct) is not { Workflow: var workflow })
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        var rule = workflow.Face == WorkflowFace.Graph ? GraphWorkflowRepository.RuleOf(workflow) : ScheduleRule.Manual;
        var now = clock.GetUtcNow().ToMilliseconds();
        var ticks = rule.From(workflow.ScheduleAnchor ?? now) is { } schedule
            ? TickPreview.Of(schedule, now, input.Value.Count ?? PreviewedTicks, rule.CatchUp, rule.Overlap)
            : [];
        return Answer.Of(200, new SchedulePreviewResponse(rule.TimeZone, [.. ticks.Select(TickResponse.Of)]), WorkflowsJson.Face.SchedulePreviewResponse);
    }

    private static async Task<Answer> ChangeAsync(
        HttpContext context, string workflowId, Func<string, Guid, Task<GraphReceipt>> change, Func<StoredWorkflow, Answer> answer, FieldErrors errors)
    {
        if (PublicId.Parse(PublicId.Flow, workflowId) is not { } id)
        {
            return WorkflowsErrors.WorkflowNotFound();
        }

        var receipt = await change(Caller.Of(context).OrganizationId, id);
        return WorkflowsErrors.Of(receipt, errors) ?? answer(receipt.Workflow!);
    }

    /// <summary>A workflow of the caller's organization; null for any other id.</summary>
    internal static async Task<StoredWorkflow?> FindAsync(this GraphWorkflowRepository workflows, HttpContext context, string workflowId, CancellationToken ct)
        => PublicId.Parse(PublicId.Flow, workflowId) is { } id ? await workflows.FindWorkflowAsync(Caller.Of(context).OrganizationId, id, ct) : null;

    private static Answer Success(int status, StoredWorkflow stored, HttpContext context)
        => Answer.Of(status, WorkflowResponse.Of(stored, context.Request), WorkflowsJson.Face.WorkflowResponse);
}
