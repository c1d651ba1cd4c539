namespace Solya.Workflows.Steps;

/// <summary>One node of one run.</summary>
public sealed class Step
{
    public required string OrganizationId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>Follows from run and node (<see cref="Ids.StepIds"/>).</summary>
    public required Guid Id { get; init; }

    public required string NodeId { get; init; }

    /// <summary>Which turn of the loops around it this is, outermost first; empty outside of loops and on reported steps.</summary>
    public string Iteration { get; init; } = "";

    public NodeType NodeType { get; init; }

    /// <summary>What the engine does for it, at most 16 characters; null on reported steps.</summary>
    public string? Kind { get; init; }

    public ActionType? ActionType { get; init; }

    public StepStatus Status { get; init; }

    /// <summary>How often it was tried again; never falls.</summary>
    public long RetryCount { get; init; }

    /// <summary>Which attempt of the engine this is, from 1; 0 before the first and on reported steps.</summary>
    public int Attempt { get; init; }

    /// <summary>What the engine's step waits for; null when it waits for nothing or has ended.</summary>
    public WaitKind? WaitKind { get; init; }

    /// <summary>When the wait ends by time alone; always set for TIMER and RETRY.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>The signal that ends the wait; always set for SIGNAL.</summary>
    public string? SignalType { get; init; }

    /// <summary>Which way a deciding step went.</summary>
    public string? Branch { get; init; }

    /// <summary>True when the step failed and the run goes on regardless.</summary>
    public bool ErrorHandled { get; init; }

    /// <summary>What the node was given: a JSON object, kept as sent.</summary>
    public string? ResolvedInput { get; init; }

    /// <summary>What the node produced: a JSON object, kept as sent.</summary>
    public string? Output { get; init; }

    /// <summary>At most 64 UTF-16 units.</summary>
    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>The context of a failure: a JSON object, kept as sent.</summary>
    public string? ErrorDetails { get; init; }

    public string? Logs { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Always set when the status is terminal.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>From start to completion in milliseconds, never below 0 although the reporter's clocks may differ.</summary>
    public long? DurationMs { get; init; }

    /// <summary>What the sweep found it in when it declared its run dead; null when no such verdict stands.</summary>
    public StepStatus? SweptFrom { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
