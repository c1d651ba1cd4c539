namespace Solya.Workflows.Approvals;

/// <summary>A question to people; its run is PAUSED until it is decided.</summary>
public sealed class ApprovalRequest
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    public required Guid RunId { get; init; }

    public required Guid StepId { get; init; }

    public ApprovalStatus Status { get; init; }

    /// <summary>The key of the run's state under which the content to approve stands.</summary>
    public string? ContentKey { get; init; }

    public string? Prompt { get; init; }

    /// <summary>Who is asked: a JSON array, kept as sent.</summary>
    public string? Approvers { get; init; }

    /// <summary>What is to be approved, as it was when the question was asked: a JSON value.</summary>
    public string? Content { get; init; }

    /// <summary>What it was changed to by an EDITED decision: a JSON value, kept as sent.</summary>
    public string? EditedContent { get; init; }

    public string? DecidedBy { get; init; }

    /// <summary>When the question decides itself; null when it waits for ever.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null exactly while the status is PENDING.</summary>
    public DateTimeOffset? DecidedAt { get; init; }
}
