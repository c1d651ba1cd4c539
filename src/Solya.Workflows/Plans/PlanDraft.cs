namespace Solya.Workflows.Plans;

/// <summary>A wish for the one draft plan of a type and name.</summary>
public sealed record PlanDraft(string OrganizationId, PlanType PlanType, string PlanName, string? WorkflowRunId);

/// <summary>Items for a plan.</summary>
public sealed record PlanAddition(string OrganizationId, Guid PlanId, IReadOnlyList<PlanAddition.Entry> Items, string? WorkflowRunId)
{
    /// <param name="Item">The whole item as sent: a JSON object.</param>
    public sealed record Entry(string VariantId, string? ShopId, string Item);
}
