using System.Collections.Concurrent;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Workspaces;

namespace Solya.Workflows.Api.Security;

/// <summary>
/// Which organization a key belongs to. Good keys are remembered for a second, so that a busy program does not ask the
/// database with each request; after a revocation in this process none is.
/// </summary>
internal sealed class ApiKeys(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private long _revocations;

    /// <summary>The organization, or null when the key is unknown or revoked.</summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    public async ValueTask<string?> OrganizationOfAsync(string key, WorkspaceRepository stored, CancellationToken ct)
    {
        if (!ApiKeyText.IsWellFormed(key))
        {
            return null;
        }

        var hash = ApiKeyText.HashOf(key);
        var name = Convert.ToHexString(hash);
        // Taken before the database is asked: what it says is worth nothing if a key is revoked meanwhile.
        var revocations = Interlocked.Read(ref _revocations);
        if (_known.TryGetValue(name, out var known) && known.Revocations == revocations && clock.GetElapsedTime(known.AskedAt) < Lifetime)
        {
            return known.OrganizationId;
        }

        var askedAt = clock.GetTimestamp();
        if (await stored.FindOrganizationOfKeyAsync(hash, ct) is not { } organization)
        {
            return null;
        }

        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[name] = new(organization, askedAt, revocations);
        return organization;
    }

    /// <summary>To be called when a key was revoked, or may have been.</summary>
    public void Forget() => Interlocked.Increment(ref _revocations);

    private sealed record Known(string OrganizationId, long AskedAt, long Revocations);
}
