using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.Errors;

/// <summary>The errors that every face knows, each in its own shape. A face's route group carries its own as metadata.</summary>
internal abstract class FaceErrors
{
    public static FaceErrors Of(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<FaceErrors>()
            ?? throw new InvalidOperationException("The route belongs to no face.");

    /// <param name="message">What is wrong with the credential, without a word about it.</param>
    public abstract Answer Unauthorized(string message);

    public abstract Answer RouteNotFound();

    public abstract Answer MethodNotAllowed(string allow);

    public abstract Answer UnsupportedMediaType();

    public abstract Answer PayloadTooLarge(int mostBytes);

    public abstract Answer Invalid(IReadOnlyList<FieldError> errors);

    /// <summary>The request itself was broken on the wire: its status is the server's.</summary>
    public abstract Answer BrokenRequest(int status);

    public abstract Answer IdempotencyKeyReused();

    public abstract Answer IdempotencyInFlight();

    /// <param name="outcomeUnknown">Whether a write was sent whose answer was lost.</param>
    public abstract Answer DatabaseUnavailable(bool outcomeUnknown);

    public abstract Answer Unknown();
}
