using FluentValidation;

namespace Solya.Workflows.Api.V1.BulkRuns;

internal sealed class BulkRunValidator : AbstractValidator<BulkRunRequest>;
