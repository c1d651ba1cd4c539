using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;

namespace Solya.Workflows.Api.DataPlatform.Workflows;

internal sealed class CreateWorkflowValidator : AbstractValidator<CreateWorkflowRequest>
{
    public CreateWorkflowValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.Name).NotEmptyText().AtMost(200);
        RuleFor(r => r.FlowDefinition)
            .NotNull().When(r => r.Status is not null and not WorkflowStatus.Draft)
            .WithErrorCode(FieldErrorCodes.Required)
            .WithMessage("'flowDefinition' is required unless the workflow is a DRAFT.");
    }
}

internal sealed class PatchWorkflowValidator : AbstractValidator<PatchWorkflowRequest>
{
    public PatchWorkflowValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.Name).NotEmptyText().AtMost(200);
    }
}

internal sealed class ListActiveWorkflowsQueryValidator : AbstractValidator<ListActiveWorkflowsQuery>
{
    public ListActiveWorkflowsQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}

internal sealed class GetWorkflowQueryValidator : AbstractValidator<GetWorkflowQuery>
{
    public GetWorkflowQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}
