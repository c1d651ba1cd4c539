using FluentValidation;
using FluentValidation.Results;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform.TaskCreate;

internal sealed class TaskCreateValidator : AbstractValidator<TaskCreateRequest>
{
    public TaskCreateValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.WorkflowRunId).Name();
        RuleFor(r => r.Perimeter).Custom(CheckPairs);
    }

    // By hand and not by a rule per entry: a hundred thousand entries would each cost a validation context.
    private static void CheckPairs(IReadOnlyList<PerimeterEntry>? perimeter, ValidationContext<TaskCreateRequest> context)
    {
        if (perimeter is null)
        {
            return;
        }

        for (var i = 0; i < perimeter.Count; i++)
        {
            if (perimeter[i] is not { } pair)
            {
                continue; // it was no object, and is noted as that
            }

            Emptiness.Check(pair.VariantId, $"perimeter[{i}].variantId", context);
            Emptiness.Check(pair.ShopId, $"perimeter[{i}].shopId", context);
        }

        var candidates = (long)perimeter.Count * (context.InstanceToValidate.Domains?.Distinct().Count() ?? 0);
        if (candidates > TaskCreateRequest.MaxCandidates)
        {
            context.AddFailure(new ValidationFailure("perimeter", $"One call may have at most {TaskCreateRequest.MaxCandidates} candidates (pairs times domains).")
            {
                ErrorCode = FieldErrorCodes.TooMany,
            });
        }
    }
}
