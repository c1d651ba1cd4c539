using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Api.DataPlatform.Tasks;

internal sealed class ListTasksQueryValidator : AbstractValidator<ListTasksQuery>
{
    public ListTasksQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}

internal sealed class PatchTaskValidator : AbstractValidator<PatchTaskRequest>
{
    public PatchTaskValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.Status)
            .NotEqual(WorkflowTaskStatus.Open)
            .WithErrorCode(FieldErrorCodes.InvalidValue)
            .WithMessage("'status' must be one of DONE, DISMISSED.");
    }
}
