using Solya.Workflows.Wire;

namespace Solya.Workflows.Steps;

/// <summary>Where a step stands. Which moves exist is decided by <see cref="StepTransitions"/> alone.</summary>
public enum StepStatus
{
    /// <summary>Known and not begun. Its executor moves it on; the sweep of its run ends it if the executor dies.</summary>
    [Wire("PENDING")]
    Pending,

    /// <summary>Its executor works on it. The sweep of its run ends it if the executor dies.</summary>
    [Wire("RUNNING")]
    Running,

    /// <summary>Ended well. Opens again only by a new attempt.</summary>
    [Wire("SUCCEEDED")]
    Succeeded,

    /// <summary>Ended badly, or judged dead with its run. The executor may open it again.</summary>
    [Wire("FAILED")]
    Failed,

    /// <summary>Not needed in this run. Opens again only by a new attempt.</summary>
    [Wire("SKIPPED")]
    Skipped,

    /// <summary>Called off. Opens again only by a new attempt.</summary>
    [Wire("CANCELLED")]
    Cancelled,
}
