namespace Solya.Workflows.Queue;

public readonly record struct RunKey(string OrganizationId, Guid RunId);
