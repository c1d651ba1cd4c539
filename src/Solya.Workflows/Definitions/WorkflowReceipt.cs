namespace Solya.Workflows.Definitions;

/// <summary>What became of a change of a stored workflow.</summary>
public enum WorkflowOutcome
{
    Recorded,

    WorkflowNotFound,

    /// <summary>It would leave DRAFT without a flow; nothing was changed.</summary>
    LacksFlow,

    /// <summary>Its definition is versions that the engine executes: they are not changed here.</summary>
    ExecutedByEngine,
}

/// <summary>The workflow as it stands after the change; null unless <see cref="WorkflowOutcome.Recorded"/>.</summary>
public readonly record struct WorkflowReceipt(WorkflowOutcome Outcome, Workflow? Workflow = null);
