namespace Solya.Workflows.Workers;

/// <summary>A step that a worker outside has to do. The row is gone when the step has ended.</summary>
public sealed class WorkerTask
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    public required Guid StepId { get; init; }

    /// <summary>Which workers may claim it.</summary>
    public required string Handler { get; init; }

    /// <summary>What the worker is given: a JSON value, its expressions resolved.</summary>
    public required string Config { get; init; }

    /// <summary>How often it was claimed, at most <see cref="MaxAttempts"/>: counted at the claim, so a worker that it kills uses its attempts up.</summary>
    public int Attempt { get; init; }

    public int MaxAttempts { get; init; }

    /// <summary>When it may be claimed; while it is leased, the end of the lease. By the database's clock.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The fence of the lease that stands; null while nobody has it.</summary>
    public Guid? LeaseToken { get; init; }

    /// <summary>What the worker that has the lease calls itself, at most 255 characters; null while nobody has it.</summary>
    public string? WorkerId { get; init; }
}
