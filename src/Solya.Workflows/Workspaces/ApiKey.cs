namespace Solya.Workflows.Workspaces;

/// <summary>What lets a program act for a workspace. The key itself is shown once and kept nowhere.</summary>
public sealed class ApiKey
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>Its first characters, at most 16: enough to recognise a key, too few to guess one.</summary>
    public required string Hint { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while the key is good.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
