using Solya.Workflows.Schedules;

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

    /// <summary>Set exactly on the face GRAPH, as are the next three.</summary>
    public ScheduleType? ScheduleType { get; set; }

    /// <summary>What the type says, at most 255 characters; may be null only on manual schedules.</summary>
    public string? ScheduleValue { get; set; }

    /// <summary>An IANA name.</summary>
    public string? TimeZone { get; set; }

    public CatchUp? CatchUp { get; set; }

    public Overlap? Overlap { get; set; }

    /// <summary>The next tick; null when none comes, and always unless ACTIVE.</summary>
    public DateTimeOffset? NextRunAt { get; set; }

    /// <summary>The newest tick that was decided on, or when the schedule was made or began anew.</summary>
    public DateTimeOffset? ScheduleAnchor { get; set; }

    /// <summary>When the schedule wants to be looked at: at its next tick, or earlier while ticks wait.</summary>
    public DateTimeOffset? ScheduleDueAt { get; set; }

    /// <summary>Ticks that wait for the run of an earlier one to end, oldest first.</summary>
    public DateTimeOffset[]? WaitingTicks { get; set; }

    /// <summary>The secret of its webhook's address, 43 url-safe characters; set exactly on the face GRAPH.</summary>
    public string? WebhookToken { get; set; }

    /// <summary>SHA-256 of the token: what it is looked up by, so that the look-up's time tells nothing of the token.</summary>
    public byte[]? WebhookTokenHash { get; set; }

    /// <summary>Who stored it, as the token said; null when it did not say.</summary>
    public string? CreatedBy { get; init; }

    public string? CreatedByEmail { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
