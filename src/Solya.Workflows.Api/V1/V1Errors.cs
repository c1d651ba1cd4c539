using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.V1;

/// <summary>Every failure the <c>/v1</c> face can answer with. <c>code</c> is the stable part clients may match on.</summary>
internal sealed class V1Errors : FaceErrors
{
    public static readonly V1Errors Instance = new();

    // Another workspace's row and a row that never existed answer the same bytes, so no text may carry an id.
    public static Answer WorkspaceNotFound() => Create(404, "NOT_FOUND", "There is no such workspace.");

    public static Answer ApiKeyNotFound() => Create(404, "NOT_FOUND", "There is no such API key.");

    public static Answer DefinitionNotFound() => Create(404, "NOT_FOUND", "There is no such workflow definition.");

    public static Answer WorkspaceTaken() => Create(409, "CONFLICT", "A workspace with this slug or id exists.");

    public static Answer DefinitionTaken() => Create(409, "CONFLICT", "A workflow definition with this name and version exists; definitions never change.");

    public static Answer RunNotFound() => Create(404, "NOT_FOUND", "There is no such run.");

    public static Answer StepNotFound() => Create(404, "NOT_FOUND", "There is no such step.");

    public static Answer ApprovalNotFound() => Create(404, "NOT_FOUND", "There is no such approval request.");

    public static Answer WebhookNotFound() => Create(404, "NOT_FOUND", "There is no such webhook.");

    public static Answer DeliveryNotFound() => Create(404, "NOT_FOUND", "There is no such delivery.");

    public static Answer Conflict(string reason) => Create(409, "CONFLICT", reason);

    /// <summary>What a change of a run answers when it was not done; null when it was.</summary>
    public static Answer? Of(ControlReceipt receipt) => receipt.Outcome switch
    {
        ControlOutcome.Done => null,
        ControlOutcome.NotFound => RunNotFound(),
        ControlOutcome.NotAllowed => Conflict(receipt.Reason!),
    };

    public override Answer Unauthorized(string message) => Create(401, "AUTH_ERROR", message);

    public override Answer RouteNotFound() => Create(404, "NOT_FOUND", "There is no such route.");

    public override Answer MethodNotAllowed(string allow)
        => Create(405, "METHOD_NOT_ALLOWED", $"The route allows {allow}.").With("Allow", allow);

    public override Answer UnsupportedMediaType()
        => Create(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8.");

    public override Answer PayloadTooLarge(int mostBytes)
        => Create(413, "PAYLOAD_TOO_LARGE", $"The body may be at most {mostBytes / (1024 * 1024)} MiB.");

    public override Answer Invalid(IReadOnlyList<FieldError> errors) => Create(
        400, "VALIDATION_ERROR", errors[0].Message, new([.. errors.Select(error => new Issue(error.Field, error.Message))]));

    public override Answer BrokenRequest(int status) => status == 413
        ? Create(413, "PAYLOAD_TOO_LARGE", "The body is too large.")
        : Invalid([new("body", FieldErrorCodes.InvalidValue, "The request did not arrive whole.")]);

    public override Answer IdempotencyKeyReused()
        => Create(422, "IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used with another body.");

    public override Answer IdempotencyInFlight()
        => Create(409, "IDEMPOTENCY_IN_FLIGHT", "The first request with this Idempotency-Key is still running.").With("Retry-After", "1");

    public override Answer DatabaseUnavailable(bool outcomeUnknown) => Create(
        503,
        "DATABASE_UNAVAILABLE",
        outcomeUnknown
            ? "The database did not confirm the write: it may have happened. Repeat it to find out."
            : "The database is not available; nothing has happened.",
        outcomeUnknown ? new(Outcome: "unknown") : null).With("Retry-After", "1");

    public override Answer Unknown() => Create(500, "UNKNOWN_ERROR", "Something went wrong on our side.");

    private static Answer Create(int status, string code, string message, ErrorDetails? details = null)
        => Answer.Of(status, new ErrorResponse(false, new(code, message, details)), V1Json.Face.ErrorResponse);
}
