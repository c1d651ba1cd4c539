namespace Solya.Workflows.Queue;

/// <summary>A run that the engine has something to do for, now or later. A run without work, or ended, has no such row.</summary>
public sealed class QueuedRun
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>When it may be claimed; while it is leased, the end of the lease. By the database's clock.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The fence of the lease that stands, greater than that of any lease before; null while nobody has it.</summary>
    public long? LeaseEpoch { get; init; }

    /// <summary>The process that has the lease; null while nobody has it.</summary>
    public Guid? WorkerId { get; init; }

    /// <summary>How often it was claimed since it last got on.</summary>
    public int Claims { get; init; }

    /// <summary>True when something happened to the run while it was leased; the holder looks again before it lets go.</summary>
    public bool HasNews { get; init; }
}
