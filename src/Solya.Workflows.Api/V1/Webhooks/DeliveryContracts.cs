using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Times;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Api.V1.Webhooks;

/// <param name="Page">Page and pageSize (1 to 100, default 20), or cursor.</param>
public sealed record ListDeliveriesQuery(NumberedPage Page, DeliveryStatus? Status) : IQueryRequest<ListDeliveriesQuery>
{
    static ListDeliveriesQuery IQueryRequest<ListDeliveriesQuery>.Read(QueryFields query)
        => new(query.NumberedPage(PublicId.Delivery), query.OptionalEnum<DeliveryStatus>("status"));
}

/// <summary>Sending again needs no wish; the body may be missing.</summary>
public sealed record RedeliverRequest : IBodyRequest<RedeliverRequest>
{
    static bool IBodyRequest<RedeliverRequest>.IsBodyOptional => true;

    static RedeliverRequest IBodyRequest<RedeliverRequest>.Read(JsonFields body) => new();
}

/// <param name="Id">The <c>webhook-id</c> that the receiver gets, the same on every attempt.</param>
/// <param name="Sequence">The number of the event in its run.</param>
/// <param name="Attempt">How many attempts were begun.</param>
/// <param name="ResponseStatus">What the receiver last answered; null when it did not.</param>
/// <param name="Error">Why the last attempt failed.</param>
/// <param name="NextAttemptAt">Only while it is PENDING.</param>
public sealed record DeliveryResponse(
    string Id,
    string EventType,
    string RunId,
    long Sequence,
    DeliveryStatus Status,
    int Attempt,
    int? ResponseStatus,
    string? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? NextAttemptAt)
{
    internal static DeliveryResponse Of(WebhookDelivery delivery) => new(
        PublicId.Format(PublicId.Delivery, delivery.Id),
        delivery.EventType,
        PublicId.Format(PublicId.Run, delivery.RunId),
        delivery.Sequence,
        delivery.Status,
        delivery.Attempt,
        delivery.ResponseStatus,
        delivery.Error,
        delivery.CreatedAt,
        delivery.DeliveredAt,
        delivery.Status == DeliveryStatus.Pending ? delivery.DueAt.ToMilliseconds() : null);
}
