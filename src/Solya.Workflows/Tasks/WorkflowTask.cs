namespace Solya.Workflows.Tasks;

/// <summary>Something a person in a shop should do, made from an action vector.</summary>
public sealed class WorkflowTask
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Domain, variant and shop as one key (<see cref="Candidate.Key"/>).</summary>
    public required Guid CandidateKey { get; init; }

    public TaskDomain Domain { get; init; }

    public required string VariantId { get; init; }

    public required string ShopId { get; init; }

    public WorkflowTaskStatus Status { get; init; }

    /// <summary>The run that made it or refreshed it last, by the executor's own name of it; at most 255 characters.</summary>
    public required string WorkflowRunId { get; init; }

    /// <summary>The model's confidence from 0 to 1; null when it gave none.</summary>
    public double? Confidence { get; init; }

    /// <summary>What the model recommends: a JSON object, kept as sent.</summary>
    public string? Payload { get; init; }

    /// <summary>How often a later run recommended it again while it was open.</summary>
    public int RefreshCount { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Set exactly when the status is DONE or DISMISSED.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}
