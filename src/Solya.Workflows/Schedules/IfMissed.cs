using Solya.Workflows.Wire;

namespace Solya.Workflows.Schedules;

/// <summary>What becomes of a tick at whose time nobody can start a run.</summary>
public enum IfMissed
{
    [Wire("dropped")]
    Dropped,

    /// <summary>Runs later when no newer tick has come by then.</summary>
    [Wire("runs_if_newest")]
    RunsIfNewest,

    /// <summary>Runs later, unless a hundred newer ones have been missed by then.</summary>
    [Wire("runs")]
    Runs,
}
