using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform.StepPatches;

internal sealed class PatchStepValidator : AbstractValidator<PatchStepRequest>
{
    public PatchStepValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.ErrorCode.Value).AtMost(64).OverridePropertyName("errorCode");
    }
}
