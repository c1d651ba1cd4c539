namespace Solya.Workflows.Tasks;

/// <summary>What became of closing a task.</summary>
public enum TaskOutcome
{
    Closed,

    TaskNotFound,

    /// <summary>It was closed before.</summary>
    TaskNotOpen,
}

/// <summary>The task as it stands; null when there is none.</summary>
public readonly record struct TaskReceipt(TaskOutcome Outcome, WorkflowTask? Task = null);
