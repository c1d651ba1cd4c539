namespace Solya.Workflows.Plans;

/// <summary>One variant of a plan, for one shop or for none in particular.</summary>
public sealed class PlanItem
{
    public required string OrganizationId { get; init; }

    public required Guid PlanId { get; init; }

    /// <summary>Variant and shop as one key (<see cref="Ids.NaturalKey"/>).</summary>
    public required Guid ItemKey { get; init; }

    public required string VariantId { get; init; }

    public string? ShopId { get; init; }

    /// <summary>The whole item as sent: a JSON object.</summary>
    public required string Item { get; init; }

    /// <summary>How often it was sent again.</summary>
    public int RefreshCount { get; init; }

    /// <summary>The run that sent it last, by the executor's own name of it.</summary>
    public string? WorkflowRunId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
