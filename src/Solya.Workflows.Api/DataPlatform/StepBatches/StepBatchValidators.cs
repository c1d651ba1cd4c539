using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform.StepBatches;

/// <summary>The batch itself; its entries are judged one by one, so that one bad entry does not spoil the others.</summary>
internal sealed class StepBatchValidator : AbstractValidator<StepBatchRequest>
{
    public StepBatchValidator() => RuleFor(r => r.OrganizationId).Name();
}
