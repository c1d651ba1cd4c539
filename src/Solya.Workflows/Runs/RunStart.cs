namespace Solya.Workflows.Runs;

/// <summary>An executor's announcement of a run.</summary>
public sealed record RunStart(
    string OrganizationId,
    Guid? WorkflowId,
    string? ExternalRunId,
    string? TriggerContext,
    int? HeartbeatIntervalSeconds);
