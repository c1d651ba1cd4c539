namespace Solya.Workflows.Engine.Webhooks;

/// <summary>What one attempt at a webhook means for its message and subscription.</summary>
public enum WebhookOutcome
{
    /// <summary>The receiver answered 2xx; the message is done.</summary>
    Delivered,

    /// <summary>The message is to be tried again as <see cref="DeliveryBackoff"/> says.</summary>
    Retry,

    /// <summary>The receiver answered 410: it wants no more messages, and the subscription is to be disabled.</summary>
    Disable,
}
