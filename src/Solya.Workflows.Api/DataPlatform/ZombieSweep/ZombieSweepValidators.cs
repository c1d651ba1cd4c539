using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform.ZombieSweep;

internal sealed class ZombieSweepValidator : AbstractValidator<ZombieSweepRequest>
{
    public ZombieSweepValidator() => RuleFor(r => r.OrganizationId).Name();
}
