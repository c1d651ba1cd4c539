namespace Solya.Workflows.Webhooks;

/// <summary>One event on its way to one subscription; written with the event, at most once.</summary>
public sealed class WebhookDelivery
{
    public required string OrganizationId { get; init; }

    /// <summary>The same on every attempt, so that the receiver can tell a repeat.</summary>
    public required Guid Id { get; init; }

    public required Guid SubscriptionId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>The sequence of the event in its run.</summary>
    public required long Sequence { get; init; }

    public required string EventType { get; init; }

    /// <summary>The body that is sent: a JSON object.</summary>
    public required string Payload { get; init; }

    public DeliveryStatus Status { get; init; }

    /// <summary>How many attempts were begun. Never falls: what an attempt writes is fenced by its number.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts were begun before it was last put in line: each time it is sent anew it has all its attempts again.</summary>
    public int SeriesStart { get; init; }

    /// <summary>When the next attempt may begin; while one is under way, when another process may take over. By the database's clock.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The HTTP status of the last answer; null when there was none.</summary>
    public int? ResponseStatus { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set exactly when the status is DELIVERED.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}
