namespace Solya.Workflows.Definitions;

/// <summary>What became of a change of a workflow of the face GRAPH.</summary>
public enum GraphOutcome
{
    Recorded,

    NotFound,

    /// <summary>Another face stored it, and only that face changes it.</summary>
    ReadOnly,

    /// <summary>An active workflow starts runs of it.</summary>
    Triggered,

    /// <summary>The change makes no valid workflow; its author knows why.</summary>
    Refused,
}

/// <param name="Workflow">As it stands after the change; null unless <see cref="GraphOutcome.Recorded"/>.</param>
public readonly record struct GraphReceipt(GraphOutcome Outcome, StoredWorkflow? Workflow = null);
