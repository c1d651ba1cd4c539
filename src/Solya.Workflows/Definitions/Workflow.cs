namespace Solya.Workflows.Definitions;

/// <summary>A stored workflow.</summary>
public sealed class Workflow
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    public required WorkflowFace Face { get; init; }

    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; set; }

    /// <summary>What the author calls this version, 1 to 50 characters; unique with the name on the face V1, null on the others.</summary>
    public string? VersionLabel { get; init; }

    /// <summary>At most 1,000 characters.</summary>
    public string? Description { get; set; }

    public WorkflowStatus Status { get; set; }

    /// <summary>Nodes and edges as a JSON object, kept as sent; only a DRAFT may lack it. Null on faces with versions.</summary>
    public string? FlowDefinition { get; set; }

    /// <summary>The number of its newest <see cref="WorkflowVersion"/>; null exactly on the face DATA_PLATFORM.</summary>
    public int? LatestVersion { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
