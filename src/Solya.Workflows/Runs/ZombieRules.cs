namespace Solya.Workflows.Runs;

/// <summary>
/// When silence means death. A RUNNING run that promised heartbeats has three intervals, one that promised none has
/// <paramref name="After"/>, a PENDING one has <paramref name="PendingAfter"/>; all count from the last sign of life.
/// </summary>
public sealed record ZombieRules(TimeSpan After, TimeSpan PendingAfter)
{
    /// <summary>How many promised intervals may pass in silence.</summary>
    public const int MissedHeartbeats = 3;

    /// <summary>The instant after which the sweep may declare the run dead.</summary>
    public DateTimeOffset DeadlineOf(RunStatus status, int? heartbeatIntervalSeconds, DateTimeOffset lastHeard)
        => lastHeard + (status == RunStatus.Pending
            ? PendingAfter
            : heartbeatIntervalSeconds is { } seconds ? TimeSpan.FromSeconds((long)seconds * MissedHeartbeats) : After);
}
