using Solya.Workflows.Wire;

namespace Solya.Workflows.Schedules;

/// <summary>What becomes of the ticks that came while nobody could start a run.</summary>
public enum CatchUp
{
    /// <summary>They are dropped.</summary>
    [Wire("none")]
    None,

    /// <summary>The newest of them runs, unless a tick that is due right now does its work.</summary>
    [Wire("last")]
    Last,

    /// <summary>The newest <see cref="CatchUpPlan.Most"/> of them run, oldest first.</summary>
    [Wire("all")]
    All,
}
