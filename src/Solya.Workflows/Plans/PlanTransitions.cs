namespace Solya.Workflows.Plans;

/// <summary>What can happen to a plan.</summary>
public enum PlanTrigger
{
    ItemsAdded,

    Validated,

    Closed,
}

/// <summary>The whole plan state machine. Nothing else in the code base decides a plan's next status.</summary>
public static class PlanTransitions
{
    /// <summary>The status <paramref name="trigger"/> leads to, or <c>null</c> when it is refused.</summary>
    public static PlanStatus? Next(PlanStatus from, PlanTrigger trigger) => from switch
    {
        PlanStatus.Draft => trigger switch
        {
            PlanTrigger.ItemsAdded => PlanStatus.Draft,
            PlanTrigger.Validated => PlanStatus.Validated,
            PlanTrigger.Closed => PlanStatus.Closed,
        },
        PlanStatus.Validated => trigger switch
        {
            PlanTrigger.ItemsAdded => null,
            PlanTrigger.Validated => PlanStatus.Validated,
            PlanTrigger.Closed => PlanStatus.Closed,
        },
        PlanStatus.Closed => trigger switch
        {
            PlanTrigger.ItemsAdded or PlanTrigger.Validated => null,
            PlanTrigger.Closed => PlanStatus.Closed,
        },
    };
}
