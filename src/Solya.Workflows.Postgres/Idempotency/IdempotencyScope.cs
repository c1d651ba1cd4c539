using Solya.Workflows.Ids;

namespace Solya.Workflows.Postgres.Idempotency;

/// <summary>What a keyed request is known by.</summary>
/// <param name="Path">The concrete path, ids and all.</param>
/// <param name="Fingerprint">SHA-256 of the body, 32 bytes.</param>
public sealed record IdempotencyScope(string OrganizationId, string Path, string Key, byte[] Fingerprint)
{
    internal Guid KeyHash => NaturalKey.Of(Path, Key);
}
