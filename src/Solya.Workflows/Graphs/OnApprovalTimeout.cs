using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>What becomes of an approval that nobody decided in time.</summary>
public enum OnApprovalTimeout
{
    /// <summary>The step fails with APPROVAL_TIMEOUT.</summary>
    [Wire("fail")]
    Fail,

    /// <summary>As if it had been rejected.</summary>
    [Wire("reject")]
    Reject,

    /// <summary>As if it had been approved.</summary>
    [Wire("approve")]
    Approve,
}
