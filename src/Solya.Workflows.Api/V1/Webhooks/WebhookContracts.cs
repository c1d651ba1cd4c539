using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Api.V1.Webhooks;

/// <param name="Url">Where events are sent by POST: http or https, at most 8,192 characters, without user name and password.</param>
/// <param name="Events">At least one of workflow.completed, workflow.failed, workflow.cancelled, workflow.waiting, step.failed,
/// approval.requested, approval.decided.</param>
public sealed record CreateWebhookRequest(string? Url, IReadOnlyList<string>? Events) : IBodyRequest<CreateWebhookRequest>
{
    // Far more than there are events: repeated ones do no harm.
    private const int MostEvents = 100;

    static CreateWebhookRequest IBodyRequest<CreateWebhookRequest>.Read(JsonFields body) => new(
        body.Text("url"),
        body.Array("events", 1, MostEvents, (entry, field) =>
        {
            if (entry.ValueKind == System.Text.Json.JsonValueKind.String && entry.GetString() is { } name && WebhookEvents.All.Contains(name))
            {
                return name;
            }

            body.Errors.Add(field, FieldErrorCodes.InvalidValue, $"'{field}' must be one of {string.Join(", ", WebhookEvents.All)}.");
            return ""; // the error above keeps the list from being used
        }));
}

/// <param name="Secret">What deliveries are signed with. Shown once, and null when the request is repeated.</param>
public sealed record CreateWebhookResponse(string Id, string Url, IReadOnlyList<string> Events, string? Secret, DateTimeOffset CreatedAt)
{
    internal static CreateWebhookResponse Of(WebhookSubscription made)
        => new(PublicId.Format(PublicId.Webhook, made.Id), made.Url, made.Events, made.Secret, made.CreatedAt);
}

/// <param name="Page">Page and pageSize (1 to 100, default 20), or cursor.</param>
public sealed record ListWebhooksQuery(NumberedPage Page) : IQueryRequest<ListWebhooksQuery>
{
    static ListWebhooksQuery IQueryRequest<ListWebhooksQuery>.Read(QueryFields query) => new(query.NumberedPage(PublicId.Webhook));
}

/// <param name="DisabledAt">When the receiver answered 410, and so wants no more; null while events are sent.</param>
public sealed record WebhookResponse(string Id, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    internal static WebhookResponse Of(WebhookSubscription subscription) => new(
        PublicId.Format(PublicId.Webhook, subscription.Id), subscription.Url, subscription.Events, subscription.CreatedAt, subscription.DisabledAt);
}
