using Solya.Workflows.Wire;

namespace Solya.Workflows.Approvals;

/// <summary>Where a question to people stands.</summary>
public enum ApprovalStatus
{
    /// <summary>Waits for a person; at most one per step. Its timeout, if it has one, ends it when nobody answers.</summary>
    [Wire("PENDING")]
    Pending,

    /// <summary>A person agreed. Final.</summary>
    [Wire("APPROVED")]
    Approved,

    /// <summary>A person refused; the run fails. Final.</summary>
    [Wire("REJECTED")]
    Rejected,

    /// <summary>A person agreed to something else than was asked. Final.</summary>
    [Wire("EDITED")]
    Edited,

    /// <summary>Nobody answered in time. Final.</summary>
    [Wire("TIMED_OUT")]
    TimedOut,

    /// <summary>The run ended before anybody answered. Final.</summary>
    [Wire("CANCELLED")]
    Cancelled,
}
