namespace Solya.Workflows.Events;

/// <summary>What can stand in a run's history.</summary>
public static class RunEventTypes
{
    public const string RunCreated = "workflow.created";

    /// <summary>The executor named a status or other fields of the run.</summary>
    public const string RunReported = "workflow.reported";

    /// <summary>The sweep declared the run dead; the payload holds the evidence.</summary>
    public const string RunSwept = "workflow.swept";

    /// <summary>A run that had failed goes on; the payload's <c>reason</c> says why.</summary>
    public const string RunReopened = "workflow.reopened";

    public const string StepReported = "step.reported";

    public const string StepPatched = "step.patched";
}
