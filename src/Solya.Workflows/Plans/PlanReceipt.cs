namespace Solya.Workflows.Plans;

/// <summary>What became of a write to a plan.</summary>
public enum PlanOutcome
{
    Recorded,

    PlanNotFound,

    /// <summary>The plan's status does not allow it any more.</summary>
    PlanClosed,
}

/// <summary>The plan as it stands; null when there is none.</summary>
public readonly record struct PlanReceipt(PlanOutcome Outcome, Plan? Plan = null);

/// <summary>What became of items sent to a plan.</summary>
/// <param name="Added">Items that the plan did not have.</param>
/// <param name="Skipped">Items that it had, or that came twice; the newest word replaces the one before.</param>
/// <param name="Status">The plan's status when it takes no items.</param>
public readonly record struct PlanItemsReceipt(PlanOutcome Outcome, int Added = 0, int Skipped = 0, PlanStatus? Status = null);
