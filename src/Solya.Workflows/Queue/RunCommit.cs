using Solya.Workflows.Execution;

namespace Solya.Workflows.Queue;

/// <summary>What a process that holds a run wants written: all of it, or nothing.</summary>
/// <param name="Run">As it shall stand; not to be changed until the commit has ended.</param>
/// <param name="ExpectedSequence">The newest event that the decisions know of.</param>
/// <param name="KeepsLease">Whether the process goes on with the run; otherwise the run rests until it is due, or for good.</param>
public sealed record RunCommit(
    Lease Lease, RunState Run, Decisions Decisions, long ExpectedSequence, bool KeepsLease, DateTimeOffset Now)
{
    public long NewSequence => ExpectedSequence + Decisions.Events.Count;
}

/// <summary>What became of a <see cref="RunCommit"/>.</summary>
public enum CommitOutcome
{
    /// <summary>It stands.</summary>
    Applied,

    /// <summary>Somebody changed the run meanwhile, and the lease still holds: read again, decide again.</summary>
    Stale,

    /// <summary>The lease is gone: the run belongs to another process, or has ended.</summary>
    Lost,
}

/// <param name="Now">The database's clock when it answered.</param>
public readonly record struct CommitReceipt(CommitOutcome Outcome, DateTimeOffset Now);
