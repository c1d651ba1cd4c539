using Solya.Workflows.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Graphs;

namespace Solya.Workflows.Queue;

/// <summary>
/// The runs that the engine has something to do for. Every method is one transaction; times are the database's. All may
/// throw <see cref="DatabaseUnavailableException"/>.
/// </summary>
public interface IEngineStore
{
    /// <summary>Leases up to <paramref name="most"/> due runs, fairly between organizations, and reads them.</summary>
    Task<ClaimedRuns> ClaimAsync(Guid workerId, int most, TimeSpan lease, CancellationToken ct);

    /// <summary>Reads a leased run again; null when the lease is gone.</summary>
    Task<RunState?> ReloadAsync(Lease lease, CancellationToken ct);

    /// <summary>Writes what was decided, together with others that are ready at the same time.</summary>
    Task<CommitReceipt> CommitAsync(RunCommit commit, CancellationToken ct);

    /// <summary>
    /// Writes what was decided, does an effect on the service's own tables, and writes what follows from its outcome, in
    /// one transaction: the effect happens exactly as often as its step succeeds.
    /// </summary>
    /// <param name="follow">Decides what follows.</param>
    Task<CommitReceipt> CommitWithEffectAsync(RunCommit commit, EffectStart effect, Func<Fact, RunCommit> follow, CancellationToken ct);

    /// <summary>Calls off a run that no step waits for any more; nothing when it has ended.</summary>
    Task CancelAbandonedAsync(RunKey run, CancellationToken ct);

    /// <summary>Renews leases. Those that are missing in the answer are lost.</summary>
    Task<IReadOnlyList<RenewedLease>> RenewAsync(IReadOnlyList<Lease> leases, TimeSpan lease, CancellationToken ct);

    /// <summary>Gives runs back: they are due at once, for anybody.</summary>
    Task ReleaseAsync(IReadOnlyList<Lease> leases, CancellationToken ct);

    /// <summary>
    /// Clears the rows of what has left the queues out of their indexes, which everybody reads from the front. Nobody waits
    /// for it; where another process is at it, nothing happens. Not a transaction, and not limited in time.
    /// </summary>
    Task VacuumAsync(CancellationToken ct);

    /// <summary>When there is next something to do.</summary>
    Task<DueTimes> LookAsync(CancellationToken ct);

    /// <summary>The graph that a run pins; compiled once per process. Faults mean that the stored definition is not readable any more.</summary>
    ValueTask<CompiledGraph> GraphAsync(string organizationId, Guid workflowId, int version, CancellationToken ct);
}

/// <param name="Now">The database's clock when it answered.</param>
public sealed record ClaimedRuns(IReadOnlyList<LeasedRun> Runs, DateTimeOffset Now);

/// <param name="HasNews">Whether somebody changed the run since its process last looked.</param>
public readonly record struct RenewedLease(RunKey Run, bool HasNews);

/// <summary>When the next of each kind is due; null when there is none.</summary>
/// <param name="Run">A run of the queue.</param>
/// <param name="Delivery">A webhook delivery.</param>
/// <param name="WorkerLease">A worker's last lease that runs out.</param>
/// <param name="Schedule">A workflow's schedule, by the clocks of the service.</param>
/// <param name="AbandonedRun">A run that was to be called off.</param>
public readonly record struct DueTimes(
    DateTimeOffset Now, DateTimeOffset? Run, DateTimeOffset? Delivery, DateTimeOffset? WorkerLease, DateTimeOffset? Schedule = null,
    DateTimeOffset? AbandonedRun = null);
