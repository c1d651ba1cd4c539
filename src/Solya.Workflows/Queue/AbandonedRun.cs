namespace Solya.Workflows.Queue;

/// <summary>A run that no step waits for any more and that is to be called off. Written in the transaction that abandons it,
/// gone once it has ended.</summary>
public sealed class AbandonedRun
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>When the engine calls it off if nobody has done so by then. By the database's clock.</summary>
    public DateTimeOffset DueAt { get; init; }
}
