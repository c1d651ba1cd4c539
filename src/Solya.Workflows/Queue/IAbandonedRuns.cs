namespace Solya.Workflows.Queue;

/// <summary>The runs that no step waits for any more.</summary>
public interface IAbandonedRuns
{
    /// <summary>Calls off those that are due, and says how many it took up.</summary>
    /// <exception cref="Failures.DatabaseUnavailableException">The database did not answer; what was taken up is due again later.</exception>
    Task<int> CancelAbandonedRunsAsync(int most, CancellationToken ct);
}
