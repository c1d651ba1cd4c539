using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Plans;

namespace Solya.Workflows.Api.DataPlatform.Plans;

internal sealed class CreateOrGetPlanValidator : AbstractValidator<CreateOrGetPlanRequest>
{
    public CreateOrGetPlanValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.PlanName).Name();
        RuleFor(r => r.WorkflowRunId).Name();
    }
}

internal sealed class AddItemsToPlanValidator : AbstractValidator<AddItemsToPlanRequest>
{
    public AddItemsToPlanValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.WorkflowRunId).Name();
        RuleFor(r => r.Items).Custom((items, context) =>
        {
            foreach (var (index, item) in (items ?? []).Index())
            {
                Emptiness.Check(item?.VariantId, $"items[{index}].variantId", context);
                Emptiness.Check(item?.ShopId, $"items[{index}].shopId", context);
            }
        });
    }
}

internal sealed class ListPlansQueryValidator : AbstractValidator<ListPlansQuery>
{
    public ListPlansQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}

internal sealed class GetPlanQueryValidator : AbstractValidator<GetPlanQuery>
{
    public GetPlanQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}

internal sealed class PatchPlanValidator : AbstractValidator<PatchPlanRequest>
{
    public PatchPlanValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.Status)
            .NotEqual(PlanStatus.Draft)
            .WithErrorCode(FieldErrorCodes.InvalidValue)
            .WithMessage("'status' must be one of VALIDATED, CLOSED.");
    }
}
