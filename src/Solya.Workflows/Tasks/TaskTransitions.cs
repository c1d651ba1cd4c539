namespace Solya.Workflows.Tasks;

/// <summary>What can happen to a task.</summary>
public enum TaskTrigger
{
    /// <summary>A run recommends the same thing again.</summary>
    Recommended,

    /// <summary>Somebody did it.</summary>
    MarkedDone,

    /// <summary>Somebody decided against it.</summary>
    Dismissed,
}

/// <summary>The whole task state machine. Nothing else in the code base decides a task's next status.</summary>
public static class TaskTransitions
{
    /// <summary>The status <paramref name="trigger"/> leads to, or <c>null</c> when it is refused.</summary>
    public static WorkflowTaskStatus? Next(WorkflowTaskStatus from, TaskTrigger trigger) => from switch
    {
        WorkflowTaskStatus.Open => trigger switch
        {
            TaskTrigger.Recommended => WorkflowTaskStatus.Open,
            TaskTrigger.MarkedDone => WorkflowTaskStatus.Done,
            TaskTrigger.Dismissed => WorkflowTaskStatus.Dismissed,
        },
        WorkflowTaskStatus.Done or WorkflowTaskStatus.Dismissed => null,
    };
}
