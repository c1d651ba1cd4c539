using Solya.Workflows.Definitions;

namespace Solya.Workflows.Runs;

/// <summary>What became of a start, a patch or a heartbeat of a run.</summary>
public enum RunOutcome
{
    Recorded,

    RunNotFound,

    /// <summary>The run's status does not allow it, or the engine executes the run.</summary>
    RunNotActive,

    /// <summary>A completion time was given for a run that has not ended and does not end by this patch.</summary>
    CompletedAtWithoutEnd,

    WorkflowNotFound,

    /// <summary>The workflow is not <see cref="WorkflowStatus.Active"/>, or the engine executes it.</summary>
    WorkflowNotActive,
}

/// <summary>The run as it stands after the write; null unless <see cref="RunOutcome.Recorded"/>.</summary>
public readonly record struct RunReceipt(RunOutcome Outcome, Run? Run = null);
