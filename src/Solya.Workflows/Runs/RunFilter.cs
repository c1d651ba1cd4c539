namespace Solya.Workflows.Runs;

/// <summary>Which runs of an organization to list; null filters nothing.</summary>
/// <param name="CreatedAfter">Excluded itself.</param>
/// <param name="CreatedBefore">Excluded itself.</param>
public sealed record RunFilter(
    string OrganizationId, RunStatus? Status, Guid? WorkflowId, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore);
