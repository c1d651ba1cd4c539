namespace Solya.Workflows.Execution;

/// <summary>Why an attempt or a step failed.</summary>
/// <param name="Code">Stable, for machines; cut to 64 UTF-16 units, which is what the database holds.</param>
/// <param name="Details">A JSON object.</param>
public sealed record StepError(string Code, string Message, string? Details = null)
{
    public const int MaxCode = 64;

    /// <summary>An expression in the definition could not be evaluated.</summary>
    public const string Expression = "EXPRESSION_ERROR";

    /// <summary>Nobody sent the signal in time.</summary>
    public const string SignalTimeout = "SIGNAL_TIMEOUT";

    /// <summary>Nobody decided in time.</summary>
    public const string ApprovalTimeout = "APPROVAL_TIMEOUT";

    /// <summary>A person decided against it.</summary>
    public const string ApprovalRejected = "APPROVAL_REJECTED";

    /// <summary>The process that worked on it died.</summary>
    public const string AttemptInterrupted = "ATTEMPT_INTERRUPTED";

    /// <summary>The worker that held it was not heard of in time.</summary>
    public const string WorkerLost = "WORKER_LOST";

    /// <summary>An attempt took longer than it may.</summary>
    public const string StepTimeout = "STEP_TIMEOUT";

    /// <summary>The run took longer than it may.</summary>
    public const string RunTimeout = "RUN_TIMEOUT";

    /// <summary>What a step takes or gives is larger than it may be.</summary>
    public const string TooLarge = "DOCUMENT_TOO_LARGE";

    /// <summary>The values a step computes make no sense for what it does.</summary>
    public const string InvalidConfig = "INVALID_CONFIG";

    /// <summary>A terminate node ended the run.</summary>
    public const string Terminated = "TERMINATED";

    /// <summary>The run that the step waited for did not complete.</summary>
    public const string ChildFailed = "CHILD_FAILED";

    /// <summary>Runs would have started each other more than five deep.</summary>
    public const string TooDeep = "TOO_DEEP";

    /// <summary>There is no such workflow to start.</summary>
    public const string WorkflowNotFound = "WORKFLOW_NOT_FOUND";

    /// <summary>The workflow to start takes no runs.</summary>
    public const string WorkflowNotActive = "WORKFLOW_NOT_ACTIVE";

    /// <summary>The run brought down every process that took it.</summary>
    public const string RunPoisoned = "RUN_POISONED";

    /// <summary>The stored definition cannot be executed by this version of the service.</summary>
    public const string DefinitionUnreadable = "DEFINITION_UNREADABLE";

    public string Code { get; } = Code.Length <= MaxCode ? Code : Code[..MaxCode];
}
