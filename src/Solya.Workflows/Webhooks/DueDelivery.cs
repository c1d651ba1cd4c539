namespace Solya.Workflows.Webhooks;

/// <summary>A wish for deliveries to send.</summary>
/// <param name="Most">At least 1.</param>
/// <param name="MostPerSubscription">At least 1; the rest of what a subscription has must wait.</param>
/// <param name="Except">Subscriptions that are to have nothing now.</param>
/// <param name="Lease">How long nobody else gets them.</param>
public sealed record DeliveryClaim(int Most, int MostPerSubscription, IReadOnlyCollection<Guid> Except, TimeSpan Lease);

/// <summary>A delivery that this process has to send, and where to.</summary>
/// <param name="Payload">The body: a JSON object.</param>
/// <param name="Attempt">The fence of this attempt.</param>
/// <param name="Try">Which attempt of its present series it is, from 1.</param>
/// <param name="IsDisabled">Whether the receiver has said that it wants no more.</param>
public sealed record DueDelivery(
    string OrganizationId, Guid Id, Guid SubscriptionId, string Url, string Secret, string Payload, int Attempt, int Try, bool IsDisabled);

/// <summary>What came of an attempt.</summary>
/// <param name="RetryAfter">With PENDING: how long until the next attempt.</param>
/// <param name="ResponseStatus">Null when no answer came.</param>
/// <param name="Error">Null when it was delivered.</param>
public sealed record DeliveryResult(DeliveryStatus Status, TimeSpan RetryAfter, int? ResponseStatus, string? Error);
