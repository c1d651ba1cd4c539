namespace Solya.Workflows.Signals;

/// <summary>Something that was said to a run; kept until a step waits for it, consumed once, in order.</summary>
public sealed class Signal
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>Orders the signals of a run.</summary>
    public required long Sequence { get; init; }

    public required string SignalType { get; init; }

    /// <summary>A JSON value, kept as sent.</summary>
    public required string Payload { get; init; }

    /// <summary>The sender's own name of it, at most 255 characters: a repeat is not kept again.</summary>
    public string? DedupId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while no step has taken it.</summary>
    public DateTimeOffset? ConsumedAt { get; init; }

    /// <summary>The step that took it; set exactly when <see cref="ConsumedAt"/> is.</summary>
    public Guid? StepId { get; init; }
}
