using FluentValidation;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Api.V1.Workers;

internal sealed class ClaimStepsValidator : AbstractValidator<ClaimStepsRequest>
{
    public ClaimStepsValidator()
    {
        RuleForEach(r => r.Handlers).Name();
        RuleFor(r => r.WorkerId).Name();
    }
}

internal sealed class WorkerHeartbeatValidator : AbstractValidator<WorkerHeartbeatRequest>;

internal sealed class CompleteStepValidator : AbstractValidator<CompleteStepRequest>
{
    public CompleteStepValidator() => RuleFor(r => r.Output).Document();
}

internal sealed class FailStepValidator : AbstractValidator<FailStepRequest>
{
    public FailStepValidator() => RuleFor(r => r.Error!).SetValidator(new WorkerErrorValidator()).When(r => r.Error is not null);
}

internal sealed class WorkerErrorValidator : AbstractValidator<WorkerError>
{
    public WorkerErrorValidator()
    {
        RuleFor(e => e.Code).NotEmptyText().AtMost(StepError.MaxCode);
        RuleFor(e => e.Message).NotEmptyText().AtMost(10_000);
        RuleFor(e => e.Details).Document();
    }
}
