namespace Solya.Workflows.Postgres.Idempotency;

/// <summary>A remembered answer: what a request with this key was told, kept 24 hours.</summary>
public sealed class IdempotencyKey
{
    public required string OrganizationId { get; init; }

    /// <summary>Path and key as one key (<see cref="Ids.NaturalKey"/>).</summary>
    public required Guid KeyHash { get; init; }

    /// <summary>SHA-256 of the request's body.</summary>
    public required byte[] Fingerprint { get; init; }

    public required int ResponseStatus { get; init; }

    public required byte[] ResponseBody { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
