namespace Solya.Workflows.Tasks;

/// <summary>Which tasks of an organization to list; null filters nothing.</summary>
public sealed record TaskFilter(string OrganizationId, string? WorkflowRunId, TaskDomain? Domain, WorkflowTaskStatus? Status);
