using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Api.V1.Approvals;

internal sealed class ListApprovalsQueryValidator : AbstractValidator<ListApprovalsQuery>;

internal sealed class DecideApprovalValidator : AbstractValidator<DecideApprovalRequest>
{
    public DecideApprovalValidator()
    {
        RuleFor(r => r.EditedContent)
            .Must(value => value is not { Text.Length: > Advancer.MaxDocument })
            .WithErrorCode(FieldErrorCodes.TooLong)
            .WithMessage("'{PropertyName}' may be at most 1 MiB of JSON.");
        RuleFor(r => r.DecidedBy).Name();
    }
}
