using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Engine.Webhooks;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Api.V1.Webhooks;

internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");

        webhooks.MapPost("/", CreateAsync)
            .Validate<CreateWebhookRequest>()
            .Idempotent()
            .Answers<CreateWebhookResponse>(201, 400, 409, 413, 415, 422)
            .WithName("CreateWebhook")
            .WithSummary("Have events sent to a URL, signed by the Standard Webhooks scheme");
        webhooks.MapGet("/", ListAsync)
            .ValidateQuery<ListWebhooksQuery>()
            .AnswersList<WebhookResponse>(400)
            .WithName("ListWebhooks")
            .WithSummary("List the webhooks, newest first, disabled ones too");
        webhooks.MapGet("/{id}", GetAsync)
            .Answers<WebhookResponse>(200, 404)
            .WithName("GetWebhook")
            .WithSummary("Read one webhook");
        webhooks.MapDelete("/{id}", DeleteAsync)
            .Answers<WebhookResponse>(200, 404)
            .WithName("DeleteWebhook")
            .WithSummary("Remove a webhook and its deliveries, those that are pending too");
        webhooks.MapGet("/{id}/deliveries", ListDeliveriesAsync)
            .ValidateQuery<ListDeliveriesQuery>()
            .AnswersList<DeliveryResponse>(400, 404)
            .WithName("ListDeliveries")
            .WithSummary("List what was sent to a webhook, or is to be, newest first");
        webhooks.MapPost("/{id}/deliveries/{deliveryId}/redeliver", RedeliverAsync)
            .Validate<RedeliverRequest>()
            .Idempotent()
            .Answers<DeliveryResponse>(202, 400, 404, 409, 413, 415, 422)
            .WithName("Redeliver")
            .WithSummary("Have a delivery sent again now, whatever became of it");
    }

    private static async Task<Answer> CreateAsync(HttpContext context, Input<CreateWebhookRequest> input, WebhookRepository webhooks, CancellationToken ct)
    {
        var request = input.Value;
        var made = await webhooks.SubscribeAsync(
            Caller.Of(context).OrganizationId, request.Url!, [.. request.Events!.Distinct()], StandardWebhooks.NewSecret(), ct);
        var response = CreateWebhookResponse.Of(made);
        return Answer.Of(
            201,
            new SuccessResponse<CreateWebhookResponse>(true, response),
            remembered: new(true, response with { Secret = null }),
            V1Json.Face.SuccessResponseCreateWebhookResponse);
    }

    private static async Task<Answer> ListAsync(HttpContext context, Input<ListWebhooksQuery> input, WebhookRepository webhooks, CancellationToken ct)
        => V1Answers.List(
            await webhooks.ListSubscriptionsAsync(Caller.Of(context).OrganizationId, input.Value.Page.ToRequest(), ct),
            input.Value.Page,
            WebhookResponse.Of,
            V1Json.Face.ListResponseWebhookResponse);

    private static async Task<Answer> GetAsync(HttpContext context, string id, WebhookRepository webhooks, CancellationToken ct)
        => await FindAsync(context, id, webhooks, ct) is { } found ? Success(found) : V1Errors.WebhookNotFound();

    private static async Task<Answer> DeleteAsync(HttpContext context, string id, WebhookRepository webhooks, CancellationToken ct)
        => await FindAsync(context, id, webhooks, ct) is { } found && await webhooks.UnsubscribeAsync(found.OrganizationId, found.Id, ct)
            ? Success(found)
            : V1Errors.WebhookNotFound();

    private static async Task<Answer> ListDeliveriesAsync(
        HttpContext context, string id, Input<ListDeliveriesQuery> input, WebhookRepository webhooks, CancellationToken ct)
        => await FindAsync(context, id, webhooks, ct) is { } found
            ? V1Answers.List(
                await webhooks.ListDeliveriesAsync(found.OrganizationId, found.Id, input.Value.Status, input.Value.Page.ToRequest(), ct),
                input.Value.Page,
                DeliveryResponse.Of,
                V1Json.Face.ListResponseDeliveryResponse)
            : V1Errors.WebhookNotFound();

    private static async Task<Answer> RedeliverAsync(
        HttpContext context, string id, string deliveryId, Input<RedeliverRequest> input, WebhookRepository webhooks, CancellationToken ct)
    {
        // A webhook that is not there has no deliveries.
        if (PublicId.Parse(PublicId.Webhook, id) is not { } webhook || PublicId.Parse(PublicId.Delivery, deliveryId) is not { } delivery)
        {
            return V1Errors.DeliveryNotFound();
        }

        var redelivery = await webhooks.RedeliverAsync(Caller.Of(context).OrganizationId, webhook, delivery, ct);
        return redelivery.Outcome switch
        {
            RedeliveryOutcome.Queued => V1Answers.Success(202, DeliveryResponse.Of(redelivery.Delivery!), V1Json.Face.SuccessResponseDeliveryResponse),
            RedeliveryOutcome.NotFound => V1Errors.DeliveryNotFound(),
            RedeliveryOutcome.ReceiverGone => V1Errors.Conflict("The receiver has answered 410, so the webhook is disabled; make a new one."),
        };
    }

    private static async Task<WebhookSubscription?> FindAsync(HttpContext context, string id, WebhookRepository webhooks, CancellationToken ct)
        => PublicId.Parse(PublicId.Webhook, id) is { } webhook
            ? await webhooks.FindSubscriptionAsync(Caller.Of(context).OrganizationId, webhook, ct)
            : null;

    private static Answer Success(WebhookSubscription subscription)
        => V1Answers.Success(200, WebhookResponse.Of(subscription), V1Json.Face.SuccessResponseWebhookResponse);
}
