using FluentValidation;

namespace Solya.Workflows.Api.V1.Events;

internal sealed class ListEventsQueryValidator : AbstractValidator<ListEventsQuery>;
