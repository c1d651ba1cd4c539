namespace Solya.Workflows.Definitions;

/// <summary>A stored workflow.</summary>
public sealed class Workflow
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; set; }

    public WorkflowStatus Status { get; set; }

    /// <summary>Nodes and edges as a JSON object, kept as sent; only a DRAFT may lack it.</summary>
    public string? FlowDefinition { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
