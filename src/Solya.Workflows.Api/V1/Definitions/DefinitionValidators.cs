using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.V1.Definitions;

internal sealed class CreateDefinitionValidator : AbstractValidator<CreateDefinitionRequest>
{
    public CreateDefinitionValidator()
    {
        RuleFor(r => r.Name).NotEmptyText().AtMost(200);
        RuleFor(r => r.Version).NotEmptyText().AtMost(50);
        RuleFor(r => r.Description).AtMost(1000);
    }
}

internal sealed class ListDefinitionsQueryValidator : AbstractValidator<ListDefinitionsQuery>;
