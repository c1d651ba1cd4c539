using Solya.Workflows.Wire;

namespace Solya.Workflows.Runs;

/// <summary>Where a run stands. Which moves exist is decided by <see cref="RunTransitions"/> alone.</summary>
public enum RunStatus
{
    /// <summary>
    /// Accepted and durable, nothing of it has started. The first step report moves it on; an executor that never reports
    /// leaves it to the zombie sweep.
    /// </summary>
    [Wire("PENDING")]
    Pending,

    /// <summary>Its executor works on it and is heard of. If the executor dies, the zombie sweep fails the run.</summary>
    [Wire("RUNNING")]
    Running,

    /// <summary>Its executor waits for an event from outside. Silence is expected, so the sweep leaves it alone.</summary>
    [Wire("WAITING")]
    Waiting,

    /// <summary>A person has to decide something. Silence is expected, so the sweep leaves it alone.</summary>
    [Wire("PAUSED")]
    Paused,

    /// <summary>Ended well. Final.</summary>
    [Wire("COMPLETED")]
    Completed,

    /// <summary>Ended badly, or judged dead by the sweep. A retry, or a sign of life after the sweep, makes it RUNNING again.</summary>
    [Wire("FAILED")]
    Failed,

    /// <summary>Ended on request. Final.</summary>
    [Wire("CANCELLED")]
    Cancelled,
}
