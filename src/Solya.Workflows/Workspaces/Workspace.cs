namespace Solya.Workflows.Workspaces;

/// <summary>An organization that administrators made, so that programs can be given API keys for it.</summary>
public sealed class Workspace
{
    /// <summary>1 to 255 characters; everything of the workspace belongs to the organization of this name.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Its readable name, unique in the service: 1 to 50 of <c>a-z 0-9 -</c>.</summary>
    public required string Slug { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
