using System.Text.RegularExpressions;
using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.V1.Workspaces;

internal sealed partial class CreateWorkspaceValidator : AbstractValidator<CreateWorkspaceRequest>
{
    public CreateWorkspaceValidator()
    {
        RuleFor(r => r.Slug)
            .Must(slug => slug is null || Slug().IsMatch(slug))
            .WithErrorCode(FieldErrorCodes.InvalidFormat)
            .WithMessage("'slug' must be 1 to 50 characters out of a-z, 0-9 and the hyphen.");
        RuleFor(r => r.Id).Name();
        // Its keys could not be addressed: that path belongs to whoever has a key.
        RuleFor(r => r.Id).NotEqual("current").WithErrorCode(FieldErrorCodes.NotAllowed).WithMessage("'id' must not be \"current\".");
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,50}\z")]
    private static partial Regex Slug();
}

internal sealed class CreateApiKeyValidator : AbstractValidator<CreateApiKeyRequest>;

internal sealed class ListApiKeysQueryValidator : AbstractValidator<ListApiKeysQuery>;
