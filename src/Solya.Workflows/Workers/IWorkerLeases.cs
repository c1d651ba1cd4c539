namespace Solya.Workflows.Workers;

/// <summary>The leases of external workers.</summary>
public interface IWorkerLeases
{
    /// <summary>Fails the steps whose last attempt's worker was not heard of in time, and says how many.</summary>
    /// <exception cref="Failures.DatabaseUnavailableException">The database did not answer.</exception>
    Task<int> FailLostStepsAsync(int most, CancellationToken ct);
}
