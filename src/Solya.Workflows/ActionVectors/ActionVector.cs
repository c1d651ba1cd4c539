using Solya.Workflows.Tasks;

namespace Solya.Workflows.ActionVectors;

/// <summary>What the data platform's models recommend for one candidate; the newest word replaces the one before.</summary>
public sealed class ActionVector
{
    public required string OrganizationId { get; init; }

    /// <summary>Domain, variant and shop as one key (<see cref="Candidate.Key"/>).</summary>
    public required Guid CandidateKey { get; init; }

    public TaskDomain Domain { get; init; }

    public required string VariantId { get; init; }

    public required string ShopId { get; init; }

    /// <summary>From 0 to 1; null when the model gave none.</summary>
    public double? Confidence { get; init; }

    /// <summary>A JSON object, kept as sent.</summary>
    public string? Payload { get; init; }

    /// <summary>How often it was replaced.</summary>
    public int RefreshCount { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
