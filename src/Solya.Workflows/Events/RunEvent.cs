namespace Solya.Workflows.Events;

/// <summary>One line of a run's history; never changed after it was written.</summary>
public sealed class RunEvent
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>From 1, without a gap or a repeat within the run.</summary>
    public required long Sequence { get; init; }

    /// <summary>One of <see cref="RunEventTypes"/>.</summary>
    public required string EventType { get; init; }

    /// <summary>The step it tells of; null when it tells of the run.</summary>
    public Guid? StepId { get; init; }

    /// <summary>The status of that step, or else of the run, after it.</summary>
    public required string Status { get; init; }

    /// <summary>What else there is to say, as a JSON object.</summary>
    public string? Payload { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
