using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.V1.Runs;

internal sealed class CreateRunValidator : AbstractValidator<CreateRunRequest>
{
    public CreateRunValidator()
    {
        RuleFor(r => r.DefinitionId).NotEmptyText();
        RuleFor(r => r.IdempotencyKey).Name();
    }
}

internal sealed class ListRunsQueryValidator : AbstractValidator<ListRunsQuery>
{
    public ListRunsQueryValidator() => RuleFor(r => r.Q).AtMost(Rules.MaxName);
}

internal sealed class ResumeRunValidator : AbstractValidator<ResumeRunRequest>
{
    public ResumeRunValidator() => RuleFor(r => r.SignalType).Name();
}

internal sealed class SendSignalValidator : AbstractValidator<SendSignalRequest>
{
    public SendSignalValidator()
    {
        RuleFor(r => r.SignalType).Name();
        RuleFor(r => r.DedupId).Name();
    }
}

internal sealed class RunCommandValidator : AbstractValidator<RunCommandRequest>;
