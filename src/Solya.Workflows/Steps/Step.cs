namespace Solya.Workflows.Steps;

/// <summary>One node of one run.</summary>
public sealed class Step
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>Follows from run and node (<see cref="Ids.StepIds"/>).</summary>
    public required Guid Id { get; init; }

    public required string NodeId { get; init; }

    public NodeType NodeType { get; init; }

    public ActionType? ActionType { get; init; }

    public StepStatus Status { get; init; }

    /// <summary>How often it was tried again; never falls.</summary>
    public long RetryCount { get; init; }

    /// <summary>What the node was given: a JSON object, kept as sent.</summary>
    public string? ResolvedInput { get; init; }

    /// <summary>What the node produced: a JSON object, kept as sent.</summary>
    public string? Output { get; init; }

    /// <summary>At most 64 UTF-16 units.</summary>
    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>The context of a failure: a JSON object, kept as sent.</summary>
    public string? ErrorDetails { get; init; }

    public string? Logs { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Always set when the status is terminal.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>From start to completion in milliseconds, never below 0 although the reporter's clocks may differ.</summary>
    public long? DurationMs { get; init; }

    /// <summary>What the sweep found it in when it declared its run dead; null when no such verdict stands.</summary>
    public StepStatus? SweptFrom { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
