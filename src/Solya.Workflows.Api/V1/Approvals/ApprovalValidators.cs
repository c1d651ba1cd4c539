using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.V1.Approvals;

internal sealed class ListApprovalsQueryValidator : AbstractValidator<ListApprovalsQuery>;

internal sealed class DecideApprovalValidator : AbstractValidator<DecideApprovalRequest>
{
    public DecideApprovalValidator()
    {
        RuleFor(r => r.EditedContent).Document();
        RuleFor(r => r.DecidedBy).Name();
    }
}
