namespace Solya.Workflows.Runs;

/// <summary>Which runs of an organization to list; null filters nothing.</summary>
/// <param name="CreatedAfter">Excluded itself.</param>
/// <param name="CreatedBefore">Excluded itself.</param>
/// <param name="Text">A part of an idempotency key, an external id or an error message, in any case of letters; or a whole
/// run id.</param>
public sealed record RunFilter(
    string OrganizationId, RunStatus? Status, Guid? WorkflowId, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore,
    string? ErrorCode = null, string? Text = null);
