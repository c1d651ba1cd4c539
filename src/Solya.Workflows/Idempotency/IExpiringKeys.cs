namespace Solya.Workflows.Idempotency;

/// <summary>The remembered answers of keyed requests.</summary>
public interface IExpiringKeys
{
    /// <summary>Deletes up to <paramref name="limit"/> keys that have outlived their day, and says how many.</summary>
    /// <exception cref="Failures.DatabaseUnavailableException">Nothing was deleted, or the outcome is unknown.</exception>
    Task<int> ForgetExpiredKeysAsync(DateTimeOffset now, int limit, CancellationToken ct);
}
