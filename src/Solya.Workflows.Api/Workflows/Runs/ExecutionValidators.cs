using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.Workflows.Runs;

internal sealed class ExecuteValidator : AbstractValidator<ExecuteRequest>
{
    public ExecuteValidator() => RuleFor(r => r.Context).Document();
}

internal sealed class SignalValidator : AbstractValidator<SignalRequest>
{
    public SignalValidator() => RuleFor(r => r.Payload).Document();
}
