using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Api.V1.Webhooks;

internal sealed class CreateWebhookValidator : AbstractValidator<CreateWebhookRequest>
{
    public CreateWebhookValidator()
        // Where its name leads is judged at every delivery: that may change.
        => RuleFor(r => r.Url).Custom((url, context) =>
        {
            if (url is not null && !OutgoingUrl.TryParse(url, out _, out var fault))
            {
                context.AddFailure(new FluentValidation.Results.ValidationFailure("url", $"'url' {fault}") { ErrorCode = FieldErrorCodes.InvalidValue });
            }
        });
}

internal sealed class ListWebhooksQueryValidator : AbstractValidator<ListWebhooksQuery>;

internal sealed class ListDeliveriesQueryValidator : AbstractValidator<ListDeliveriesQuery>;

internal sealed class RedeliverValidator : AbstractValidator<RedeliverRequest>;
