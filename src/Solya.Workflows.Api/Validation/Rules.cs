using FluentValidation;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Api.Validation;

/// <summary>The rules that several requests share, with their error codes.</summary>
internal static class Rules
{
    /// <summary>The longest organization id, external id, plan name: what a unique index can hold, in UTF-16 units.</summary>
    public const int MaxName = 255;

    public static IRuleBuilderOptions<T, string?> NotEmptyText<T>(this IRuleBuilder<T, string?> rule)
        => rule.MinimumLength(1).WithErrorCode(FieldErrorCodes.TooShort).WithMessage("'{PropertyName}' must not be empty.");

    public static IRuleBuilderOptions<T, string?> AtMost<T>(this IRuleBuilder<T, string?> rule, int units)
        => rule.MaximumLength(units).WithErrorCode(FieldErrorCodes.TooLong).WithMessage("'{PropertyName}' may be at most {MaxLength} characters long.");

    /// <summary>A non-empty text of at most <see cref="MaxName"/> UTF-16 units.</summary>
    public static IRuleBuilderOptions<T, string?> Name<T>(this IRuleBuilder<T, string?> rule) => rule.NotEmptyText().AtMost(MaxName);

    /// <summary>A document that a step can be given or can produce.</summary>
    public static IRuleBuilderOptions<T, RawJson?> Document<T>(this IRuleBuilder<T, RawJson?> rule)
        => rule.Must(document => document is not { Text.Length: > Advancer.MaxDocument })
            .WithErrorCode(FieldErrorCodes.TooLong)
            .WithMessage("'{PropertyName}' may be at most 1 MiB of JSON.");
}
