using Solya.Workflows.Wire;

namespace Solya.Workflows.Webhooks;

/// <summary>Where a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>To be sent when due, for the first time or again. If the sending process dies, another one sends it.</summary>
    [Wire("PENDING")]
    Pending,

    /// <summary>The receiver answered 2xx.</summary>
    [Wire("DELIVERED")]
    Delivered,

    /// <summary>Given up. A person may have it sent again.</summary>
    [Wire("DEAD")]
    Dead,
}
