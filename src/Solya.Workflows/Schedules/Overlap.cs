using Solya.Workflows.Wire;

namespace Solya.Workflows.Schedules;

/// <summary>What a tick does while the run of an earlier one has not ended.</summary>
public enum Overlap
{
    /// <summary>Starts its run beside the other one.</summary>
    [Wire("allow")]
    Allow,

    /// <summary>Starts none.</summary>
    [Wire("skip")]
    Skip,

    /// <summary>Starts its run when the other one has ended.</summary>
    [Wire("queue")]
    Queue,
}
