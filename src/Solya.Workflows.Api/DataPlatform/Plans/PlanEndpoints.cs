using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Plans;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.DataPlatform.Plans;

internal static class PlanEndpoints
{
    public static void MapPlans(this IEndpointRouteBuilder api)
    {
        api.MapPost("/workflow-actions/create-or-get-plan", CreateOrGetAsync)
            .WithTags("Plans")
            .Validate<CreateOrGetPlanRequest>()
            .Idempotent()
            .Answers<CreateOrGetPlanResponse>(400, 409, 413, 415, 422)
            .WithName("CreateOrGetPlan")
            .WithSummary("Get the draft plan of a type and name, made when there is none");
        api.MapPost("/workflow-actions/add-items-to-plan", AddItemsAsync)
            .WithTags("Plans")
            .Validate<AddItemsToPlanRequest>()
            .MayTakeLong()
            .Idempotent()
            .Answers<AddItemsToPlanResponse>(400, 404, 409, 413, 415, 422)
            .WithName("AddItemsToPlan")
            .WithSummary("Add items to a draft plan, or refresh them");

        var plans = api.MapGroup("/plans").WithTags("Plans");
        plans.MapGet("/", ListAsync)
            .ValidateQuery<ListPlansQuery>()
            .Answers<ListResponse<PlanResponse>>(400)
            .WithName("ListPlans")
            .WithSummary("List plans, newest first");
        plans.MapGet("/{id}", GetAsync)
            .ValidateQuery<GetPlanQuery>()
            .Answers<PlanResponse>(400, 404)
            .WithName("GetPlan")
            .WithSummary("Read one plan and its items");
        plans.MapPatch("/{id}", PatchAsync)
            .Validate<PatchPlanRequest>()
            .Answers<PlanResponse>(400, 404, 409, 413, 415)
            .WithName("PatchPlan")
            .WithSummary("Validate or close a plan");
    }

    private static async Task<Answer> CreateOrGetAsync(Input<CreateOrGetPlanRequest> input, PlanRepository plans, CancellationToken ct)
    {
        var request = input.Value;
        var (planId, isNew) = await plans.CreateOrGetPlanAsync(
            new PlanDraft(request.OrganizationId!, request.PlanType!.Value, request.PlanName!, request.WorkflowRunId), ct);
        return DataPlatformAnswers.Success(
            new CreateOrGetPlanResponse(PublicId.Format(PublicId.Plan, planId), request.PlanName!, request.PlanType.Value, isNew),
            DataPlatformJson.Face.SuccessResponseCreateOrGetPlanResponse);
    }

    private static async Task<Answer> AddItemsAsync(Input<AddItemsToPlanRequest> input, PlanRepository plans, CancellationToken ct)
    {
        var request = input.Value;
        if (PublicId.Parse(PublicId.Plan, request.PlanId) is not { } planId)
        {
            return DataPlatformErrors.PlanNotFound();
        }

        var receipt = await plans.AddItemsAsync(
            new PlanAddition(
                request.OrganizationId!,
                planId,
                [.. request.Items!.Select(item => new PlanAddition.Entry(item.VariantId!, item.ShopId, item.Item.Text))],
                request.WorkflowRunId),
            ct);
        return receipt.Outcome switch
        {
            PlanOutcome.Recorded => DataPlatformAnswers.Success(
                new AddItemsToPlanResponse(receipt.Added, receipt.Skipped, []), DataPlatformJson.Face.SuccessResponseAddItemsToPlanResponse),
            PlanOutcome.PlanNotFound => DataPlatformErrors.PlanNotFound(),
            PlanOutcome.PlanClosed => DataPlatformErrors.PlanClosed(),
        };
    }

    private static async Task<Answer> ListAsync(Input<ListPlansQuery> input, PlanRepository plans, CancellationToken ct)
    {
        var query = input.Value;
        var page = await plans.ListPlansAsync(query.ToFilter(), query.Page, ct);
        return DataPlatformAnswers.Success(
            page.ToResponse(query.Page, PlanResponse.Of, plan => plan.Id),
            DataPlatformJson.Face.SuccessResponseListResponsePlanResponse);
    }

    private static async Task<Answer> GetAsync(string id, Input<GetPlanQuery> input, PlanRepository plans, CancellationToken ct)
        => PublicId.Parse(PublicId.Plan, id) is { } planId && await plans.FindPlanAsync(input.Value.OrganizationId!, planId, ct) is { } plan
            ? DataPlatformAnswers.Success(PlanResponse.WithItems(plan), DataPlatformJson.Face.SuccessResponsePlanResponse)
            : DataPlatformErrors.PlanNotFound();

    private static async Task<Answer> PatchAsync(string id, Input<PatchPlanRequest> input, PlanRepository plans, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Plan, id) is not { } planId)
        {
            return DataPlatformErrors.PlanNotFound();
        }

        var trigger = input.Value.Status == PlanStatus.Validated ? PlanTrigger.Validated : PlanTrigger.Closed;
        var receipt = await plans.MovePlanAsync(input.Value.OrganizationId!, planId, trigger, ct);
        return receipt.Outcome switch
        {
            PlanOutcome.Recorded => DataPlatformAnswers.Success(PlanResponse.Of(receipt.Plan!), DataPlatformJson.Face.SuccessResponsePlanResponse),
            PlanOutcome.PlanNotFound => DataPlatformErrors.PlanNotFound(),
            PlanOutcome.PlanClosed => DataPlatformErrors.PlanAlreadyClosed(),
        };
    }
}
