using Solya.Workflows.Wire;

namespace Solya.Workflows.Plans;

/// <summary>Where a plan stands. Which moves exist is decided by <see cref="PlanTransitions"/> alone.</summary>
public enum PlanStatus
{
    /// <summary>Takes items; at most one per type and name.</summary>
    [Wire("DRAFT")]
    Draft,

    /// <summary>Approved by a person; takes no more items.</summary>
    [Wire("VALIDATED")]
    Validated,

    /// <summary>Over. Final.</summary>
    [Wire("CLOSED")]
    Closed,
}
