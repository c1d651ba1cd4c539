namespace Solya.Workflows.Webhooks;

/// <summary>Where an organization wants to be told of events.</summary>
public sealed class WebhookSubscription
{
    public required string OrganizationId { get; init; }

    public required Guid Id { get; init; }

    public required string Url { get; init; }

    /// <summary>The events it is told of.</summary>
    public required string[] Events { get; init; }

    /// <summary>What deliveries are signed with; shown once.</summary>
    public required string Secret { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its receiver said that it is gone; null while deliveries are made.</summary>
    public DateTimeOffset? DisabledAt { get; init; }
}
