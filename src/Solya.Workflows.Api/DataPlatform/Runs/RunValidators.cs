using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.DataPlatform.Runs;

internal sealed class CreateRunValidator : AbstractValidator<CreateRunRequest>
{
    public CreateRunValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.ExternalRunId).Name();
    }
}

internal sealed class PatchRunValidator : AbstractValidator<PatchRunRequest>
{
    public PatchRunValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.ErrorCode.Value).AtMost(64).OverridePropertyName("errorCode");
        RuleFor(r => r.CompletedAt)
            .Must((request, completedAt) => completedAt is null || request.Status is null || request.Status.Value.IsTerminal())
            .WithErrorCode(FieldErrorCodes.NotAllowed)
            .WithMessage("'completedAt' goes with a status that ends the run.");
    }
}

internal sealed class HeartbeatValidator : AbstractValidator<HeartbeatRequest>
{
    public HeartbeatValidator() => RuleFor(r => r.OrganizationId).Name();
}

internal sealed class GetRunQueryValidator : AbstractValidator<GetRunQuery>
{
    public GetRunQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}

internal sealed class ListRunsQueryValidator : AbstractValidator<ListRunsQuery>
{
    public ListRunsQueryValidator() => RuleFor(r => r.OrganizationId).Name();
}
