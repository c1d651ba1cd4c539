using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.Workflows.Definitions;

internal sealed class CreateWorkflowValidator : AbstractValidator<CreateWorkflowRequest>
{
    public CreateWorkflowValidator()
    {
        RuleFor(r => r.Name).NotEmptyText().AtMost(200);
        RuleFor(r => r.Description).AtMost(1000);
    }
}

internal sealed class PatchWorkflowValidator : AbstractValidator<PatchWorkflowRequest>
{
    public PatchWorkflowValidator()
    {
        RuleFor(r => r.Name).NotEmptyText().AtMost(200);
        RuleFor(r => r.Description.Value).AtMost(1000).OverridePropertyName("description").WithName("description");
    }
}

internal sealed class TestNodeValidator : AbstractValidator<TestNodeRequest>
{
    public TestNodeValidator() => RuleFor(r => r.Context).Document();
}
