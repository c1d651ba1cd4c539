namespace Solya.Workflows.Definitions;

/// <summary>One state of the definition of a workflow that the engine executes. A run pins one for life; it never changes.</summary>
public sealed class WorkflowVersion
{
    public required string OrganizationId { get; init; }

    public required Guid WorkflowId { get; init; }

    /// <summary>Counts from 1 in its workflow.</summary>
    public required int Number { get; init; }

    public WorkflowFormat Format { get; init; }

    /// <summary>Kept as sent.</summary>
    public required string Document { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
