using FluentValidation;

namespace Solya.Workflows.Api.V1.Steps;

internal sealed class ListStepsQueryValidator : AbstractValidator<ListStepsQuery>;
