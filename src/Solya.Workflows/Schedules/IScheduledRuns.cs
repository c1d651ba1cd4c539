using Solya.Workflows.Failures;

namespace Solya.Workflows.Schedules;

/// <summary>The workflows that are due by themselves.</summary>
public interface IScheduledRuns
{
    /// <summary>
    /// Starts the runs of up to <paramref name="most"/> workflows whose schedules are due, each tick exactly once however many
    /// processes do so, and says of how many schedules it has decided.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">Whatever was not committed is due still.</exception>
    Task<int> StartDueAsync(int most, DateTimeOffset now, CancellationToken ct);
}
