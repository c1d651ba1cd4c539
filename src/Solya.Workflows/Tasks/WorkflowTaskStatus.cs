using Solya.Workflows.Wire;

namespace Solya.Workflows.Tasks;

/// <summary>Where a task stands. Which moves exist is decided by <see cref="TaskTransitions"/> alone.</summary>
public enum WorkflowTaskStatus
{
    /// <summary>Waits for a person; at most one per domain, variant and shop. Task-create refreshes it while it stands.</summary>
    [Wire("OPEN")]
    Open,

    /// <summary>Somebody did it. Final.</summary>
    [Wire("DONE")]
    Done,

    /// <summary>Somebody decided against it. Final.</summary>
    [Wire("DISMISSED")]
    Dismissed,
}
