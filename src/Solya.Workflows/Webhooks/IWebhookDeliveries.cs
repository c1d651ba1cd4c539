using Solya.Workflows.Failures;

namespace Solya.Workflows.Webhooks;

/// <summary>The deliveries that are to be sent. Times are the database's. All may throw <see cref="DatabaseUnavailableException"/>.</summary>
public interface IWebhookDeliveries
{
    /// <summary>
    /// Takes deliveries that are due and counts an attempt at each. Every subscription that has some gets the same share, so
    /// that a receiver that is down does not hold up the others. Until its lease ends nobody else gets a delivery; then it is
    /// due again, whatever became of the process that had it.
    /// </summary>
    Task<IReadOnlyList<DueDelivery>> ClaimAsync(DeliveryClaim claim, CancellationToken ct);

    /// <summary>Writes what came of an attempt; false when it was settled meanwhile, or a later attempt has begun.</summary>
    Task<bool> SettleAsync(DueDelivery delivery, DeliveryResult result, CancellationToken ct);

    /// <summary>Lets a subscription take no more events.</summary>
    Task DisableAsync(string organizationId, Guid subscriptionId, CancellationToken ct);

    /// <summary>Ends everything that is pending for a subscription that takes no more events; does nothing to any other.</summary>
    Task BuryAsync(string organizationId, Guid subscriptionId, CancellationToken ct);
}
