namespace Solya.Workflows.Plans;

/// <summary>A named list of items that workflows fill and people approve.</summary>
public sealed class Plan
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    public PlanType PlanType { get; init; }

    /// <summary>At most 255 characters.</summary>
    public required string PlanName { get; init; }

    public PlanStatus Status { get; init; }

    /// <summary>The run that made it, by the executor's own name of it.</summary>
    public string? WorkflowRunId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public List<PlanItem> Items { get; } = [];
}
