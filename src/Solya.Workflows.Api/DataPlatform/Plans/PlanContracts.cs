using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Plans;

namespace Solya.Workflows.Api.DataPlatform.Plans;

/// <param name="WorkflowRunId">The run that wants the plan, by the executor's own id.</param>
public sealed record CreateOrGetPlanRequest(string? OrganizationId, PlanType? PlanType, string? PlanName, string? WorkflowRunId)
    : IBodyRequest<CreateOrGetPlanRequest>
{
    static CreateOrGetPlanRequest IBodyRequest<CreateOrGetPlanRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"), body.Enum<PlanType>("planType"), body.Text("planName"), body.OptionalText("workflowRunId"));
}

/// <param name="IsNew">False when a draft of that type and name was there.</param>
public sealed record CreateOrGetPlanResponse(string PlanId, string PlanName, PlanType PlanType, bool IsNew);

/// <param name="Items">At least one; of several with the same variant and shop the last counts.</param>
/// <param name="WorkflowRunId">The run that adds them, by the executor's own id.</param>
public sealed record AddItemsToPlanRequest(string? OrganizationId, string? PlanId, [property: MinLength(1), MaxLength(AddItemsToPlanRequest.MaxItems)] IReadOnlyList<PlanItemEntry>? Items, string? WorkflowRunId)
    : IBodyRequest<AddItemsToPlanRequest>
{
    internal const int MaxItems = 100_000;

    static AddItemsToPlanRequest IBodyRequest<AddItemsToPlanRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"),
        body.Text("planId"),
        body.Objects("items", 1, MaxItems, PlanItemEntry.Read),
        body.OptionalText("workflowRunId"));
}

/// <summary>One item. Further properties are kept with it as sent.</summary>
/// <param name="Quantity">Any number.</param>
public sealed record PlanItemEntry(string? VariantId, string? ShopId, double? Quantity)
{
    /// <summary>The whole item as sent.</summary>
    internal RawJson Item { get; private init; }

    internal static PlanItemEntry Read(JsonFields entry)
    {
        entry.OptionalNumber("quantity");
        return new(entry.Text("variantId"), entry.OptionalText("shopId"), null) { Item = entry.Raw() };
    }
}

/// <param name="AddedCount">Items that the plan did not have.</param>
/// <param name="SkippedCount">Items that it had and that were refreshed, or that came twice.</param>
/// <param name="Errors">Always empty: an item that cannot be added fails the whole call with 400.</param>
public sealed record AddItemsToPlanResponse(int AddedCount, int SkippedCount, IReadOnlyList<string> Errors);

/// <param name="Page">Limit (1 to 100, default 20) and offset or cursor.</param>
public sealed record ListPlansQuery(string? OrganizationId, PlanType? PlanType, PlanStatus? Status, PageRequest Page) : IQueryRequest<ListPlansQuery>
{
    static ListPlansQuery IQueryRequest<ListPlansQuery>.Read(QueryFields query) => new(
        query.Text("organizationId"), query.OptionalEnum<PlanType>("planType"), query.OptionalEnum<PlanStatus>("status"), query.Page());

    internal PlanFilter ToFilter() => new(OrganizationId!, PlanType, Status);
}

public sealed record GetPlanQuery(string? OrganizationId) : IQueryRequest<GetPlanQuery>
{
    static GetPlanQuery IQueryRequest<GetPlanQuery>.Read(QueryFields query) => new(query.Text("organizationId"));
}

/// <param name="Status">VALIDATED or CLOSED.</param>
public sealed record PatchPlanRequest(string? OrganizationId, PlanStatus? Status) : IBodyRequest<PatchPlanRequest>
{
    static PatchPlanRequest IBodyRequest<PatchPlanRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"), body.Enum<PlanStatus>("status"));
}

/// <param name="Items">Only when one plan is read.</param>
public sealed record PlanResponse(
    string PlanId,
    string OrganizationId,
    PlanType PlanType,
    string PlanName,
    PlanStatus Status,
    string? WorkflowRunId,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RawJson>? Items = null)
{
    internal static PlanResponse WithItems(Plan plan) => Of(plan) with { Items = [.. plan.Items.Select(item => new RawJson(item.Item))] };

    internal static PlanResponse Of(Plan plan) => new(
        PublicId.Format(PublicId.Plan, plan.Id),
        plan.OrganizationId,
        plan.PlanType,
        plan.PlanName,
        plan.Status,
        plan.WorkflowRunId,
        plan.CreatedAt,
        plan.UpdatedAt);
}
