using Solya.Workflows.Steps;

namespace Solya.Workflows.Runs;

/// <summary>One execution of a workflow, or of an ad hoc chain of steps.</summary>
public sealed class Run
{
    /// <summary>How many runs may stand above a run that a step has started.</summary>
    public const int MaxDepth = 5;

    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    /// <summary>The stored workflow it executes; null for an ad hoc run.</summary>
    public Guid? WorkflowId { get; init; }

    /// <summary>The version it executes, for life; null exactly when the executor is EXTERNAL.</summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>The key its start was sent with, unique in the organization for as long as the run is kept; at most 255 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The tick of its workflow's schedule that started it; null when something else did.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>The executor's own name of it, unique in the organization; at most 255 characters.</summary>
    public string? ExternalRunId { get; init; }

    public RunExecutor Executor { get; init; }

    public RunStatus Status { get; set; }

    /// <summary>What started it: a JSON object, kept as sent.</summary>
    public string? TriggerContext { get; set; }

    /// <summary>What came of it: a JSON object, kept as sent.</summary>
    public string? OutputSummary { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>The evidence of a failure as a JSON object; the zombie sweep writes what it saw.</summary>
    public string? ErrorDetails { get; set; }

    /// <summary>How often its executor promised to report, in seconds; null when it promised nothing.</summary>
    public int? HeartbeatIntervalSeconds { get; init; }

    /// <summary>When it was last heard of, by the database's clock.</summary>
    public DateTimeOffset LastHeartbeatAt { get; set; }

    /// <summary>What the sweep found it in when it declared it dead; null when no such verdict stands.</summary>
    public RunStatus? SweptFrom { get; set; }

    /// <summary>The sequence of its newest event: events of a run are numbered from 1 without a gap.</summary>
    public long EventSequence { get; set; }

    /// <summary>What its steps share, as a JSON object; only the engine's runs have one.</summary>
    public string? State { get; set; }

    /// <summary>Grows with every cancel, retry or other command, so that a worker that has not heard of it can write nothing.</summary>
    public int Epoch { get; set; }

    /// <summary>The run whose step started it; null for a run that was started from outside.</summary>
    public Guid? ParentRunId { get; init; }

    /// <summary>The step that waits for it to end; null when none does.</summary>
    public Guid? ParentStepId { get; init; }

    /// <summary>How many runs stand above it, at most <see cref="MaxDepth"/>.</summary>
    public int Depth { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it first became RUNNING.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Set exactly while the status is COMPLETED, FAILED or CANCELLED.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>When the engine fails it if it has not ended; null for never.</summary>
    public DateTimeOffset? DeadlineAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public List<Step> Steps { get; } = [];
}
