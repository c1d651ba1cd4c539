using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.DataPlatform.Workflows;

internal static class WorkflowEndpoints
{
    public static void MapWorkflows(this IEndpointRouteBuilder api)
    {
        var workflows = api.MapGroup("/workflows").WithTags("Workflows");

        workflows.MapPost("/", CreateAsync)
            .Validate<CreateWorkflowRequest>()
            .Idempotent()
            .Answers<WorkflowResponse>(400, 409, 413, 415, 422)
            .WithName("CreateWorkflow")
            .WithSummary("Store a workflow");
        workflows.MapGet("/active", ListActiveAsync)
            .ValidateQuery<ListActiveWorkflowsQuery>()
            .Answers<ListResponse<WorkflowResponse>>(400)
            .WithName("ListActiveWorkflows")
            .WithSummary("List the workflows that take new runs, newest first");
        workflows.MapGet("/{id}", GetAsync)
            .ValidateQuery<GetWorkflowQuery>()
            .Answers<WorkflowResponse>(400, 404)
            .WithName("GetWorkflow")
            .WithSummary("Read one workflow");
        workflows.MapPatch("/{id}", PatchAsync)
            .Validate<PatchWorkflowRequest>()
            .Answers<WorkflowResponse>(400, 404, 409, 413, 415)
            .WithName("PatchWorkflow")
            .WithSummary("Rename a workflow, change its status or its flow");
    }

    private static async Task<Answer> CreateAsync(Input<CreateWorkflowRequest> input, WorkflowRepository workflows, CancellationToken ct)
    {
        var request = input.Value;
        return Success(new StoredWorkflow(await workflows.StoreWorkflowAsync(
            request.OrganizationId!, request.Name!, request.Status ?? WorkflowStatus.Draft, request.FlowDefinition?.Text, ct), null, null));
    }

    private static async Task<Answer> ListActiveAsync(Input<ListActiveWorkflowsQuery> input, WorkflowRepository workflows, CancellationToken ct)
    {
        var query = input.Value;
        var page = await workflows.ListActiveWorkflowsAsync(query.OrganizationId!, query.Page, ct);
        return DataPlatformAnswers.Success(
            page.ToResponse(query.Page, WorkflowResponse.Of, stored => stored.Workflow.Id),
            DataPlatformJson.Face.SuccessResponseListResponseWorkflowResponse);
    }

    private static async Task<Answer> GetAsync(string id, Input<GetWorkflowQuery> input, WorkflowRepository workflows, CancellationToken ct)
        => PublicId.Parse(PublicId.Definition, id) is { } workflowId
            && await workflows.FindWorkflowAsync(input.Value.OrganizationId!, workflowId, ct) is { } workflow
                ? Success(workflow)
                : DataPlatformErrors.WorkflowNotFound();

    private static async Task<Answer> PatchAsync(string id, Input<PatchWorkflowRequest> input, WorkflowRepository workflows, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Definition, id) is not { } workflowId)
        {
            return DataPlatformErrors.WorkflowNotFound();
        }

        var request = input.Value;
        var receipt = await workflows.ChangeWorkflowAsync(
            request.OrganizationId!, workflowId, request.Name, request.Status, request.FlowDefinition?.Text, ct);
        return receipt.Outcome switch
        {
            WorkflowOutcome.Recorded => Success(new StoredWorkflow(receipt.Workflow!, null, null)),
            WorkflowOutcome.WorkflowNotFound => DataPlatformErrors.WorkflowNotFound(),
            WorkflowOutcome.LacksFlow => DataPlatformErrors.InvalidField(
                FlowField.Name, FieldErrorCodes.Required, "The workflow has no 'flowDefinition' yet, and only a DRAFT may lack it."),
            WorkflowOutcome.ExecutedByEngine => DataPlatformErrors.WorkflowExecutedByEngine(),
        };
    }

    private static Answer Success(StoredWorkflow workflow)
        => DataPlatformAnswers.Success(WorkflowResponse.Of(workflow), DataPlatformJson.Face.SuccessResponseWorkflowResponse);
}
