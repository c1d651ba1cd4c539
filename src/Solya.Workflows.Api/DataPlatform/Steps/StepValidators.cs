using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.DataPlatform.Steps;

internal sealed class CreateStepValidator : AbstractValidator<CreateStepRequest>
{
    public CreateStepValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.NodeId).NotEmptyText();
        RuleFor(r => r.ActionType)
            .Null().When(r => r.NodeType == NodeType.Trigger)
            .WithErrorCode(FieldErrorCodes.NotAllowed)
            .WithMessage("'actionType' is for ACTION nodes; a TRIGGER has none.");
    }
}

internal sealed class GetStepQueryValidator : AbstractValidator<GetStepQuery>
{
    public GetStepQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}
