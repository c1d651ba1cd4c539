namespace Solya.Workflows.Retention;

/// <summary>Deletes what ended long ago, a little at a time. A walk begins at <see cref="PurgePlace.Start"/> and is over when no next place is told.</summary>
public interface IRetention
{
    /// <summary>
    /// Deletes runs that ended before an instant, with everything that belongs to them, in one transaction. A run goes with
    /// all the runs above and below it or not at all, and stays as long as a queue or an unsent webhook speaks of it.
    /// </summary>
    /// <exception cref="Failures.DatabaseUnavailableException">Nothing was deleted, or the outcome is unknown.</exception>
    Task<PurgeReceipt> PurgeRunsAsync(PurgePlace from, DateTimeOffset endedBefore, CancellationToken ct);

    /// <summary>Deletes webhook deliveries that were settled before an instant, in one transaction. Their runs stay.</summary>
    /// <exception cref="Failures.DatabaseUnavailableException">Nothing was deleted, or the outcome is unknown.</exception>
    Task<PurgeReceipt> PurgeDeliveriesAsync(PurgePlace from, DateTimeOffset settledBefore, CancellationToken ct);
}
