using FluentValidation;
using FluentValidation.Results;

namespace Solya.Workflows.Api.Validation;

/// <summary>The rule "not empty" for the entries of long lists, without a validation context for each.</summary>
internal static class Emptiness
{
    public static void Check<T>(string? text, string field, ValidationContext<T> context)
    {
        if (text is { Length: 0 })
        {
            context.AddFailure(new ValidationFailure(field, $"'{field}' must not be empty.") { ErrorCode = FieldErrorCodes.TooShort });
        }
    }
}
