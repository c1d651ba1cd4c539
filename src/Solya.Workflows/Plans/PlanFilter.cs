namespace Solya.Workflows.Plans;

/// <summary>Which plans of an organization to list; null filters nothing.</summary>
public sealed record PlanFilter(string OrganizationId, PlanType? PlanType, PlanStatus? Status);
