namespace Solya.Workflows.Webhooks;

/// <summary>What became of somebody's wish to have a delivery sent again.</summary>
public enum RedeliveryOutcome
{
    /// <summary>It is due.</summary>
    Queued,

    NotFound,

    /// <summary>The receiver has said that it wants no more; nothing has changed.</summary>
    ReceiverGone,
}

/// <param name="Delivery">As it stands now, when it is due.</param>
public readonly record struct Redelivery(RedeliveryOutcome Outcome, WebhookDelivery? Delivery = null);
