using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform;

/// <summary>Every failure the data-platform face can answer with. <c>errorCode</c> is the stable part clients may match on.</summary>
internal sealed class DataPlatformErrors : FaceErrors
{
    public static readonly DataPlatformErrors Instance = new();

    // Another tenant's row and a row that never existed answer the same bytes, so no text may carry an id.
    public static Answer RunNotFound() => Create(404, "RECORD_NOT_FOUND", "There is no such run.");

    public static Answer StepNotFound() => Create(404, "RECORD_NOT_FOUND", "There is no such step.");

    public static Answer TaskNotFound() => Create(404, "RECORD_NOT_FOUND", "There is no such task.");

    public static Answer PlanNotFound() => Create(404, "RECORD_NOT_FOUND", "There is no such plan.");

    public static Answer WorkflowNotFound() => Create(404, "RECORD_NOT_FOUND", "There is no such workflow.");

    public static Answer StaleAttempt()
        => Create(409, "STALE_ATTEMPT", "The report speaks of an older attempt than the recorded one.");

    public static Answer StepAlreadyFinished()
        => Create(409, "STEP_ALREADY_FINISHED", "The step has finished; only a higher retryCount opens it again.");

    public static Answer RunNotActive() => Create(409, "RUN_NOT_ACTIVE", "The run's status does not allow it, or the engine executes the run.");

    public static Answer WorkflowNotActive() => Create(409, "WORKFLOW_NOT_ACTIVE", "The workflow takes no new runs here: it is not ACTIVE, or the engine executes it.");

    public static Answer WorkflowExecutedByEngine() => Create(409, "WORKFLOW_NOT_ACTIVE", "The engine executes the workflow; it is not changed here.");

    public static Answer TaskNotOpen() => Create(409, "TASK_NOT_OPEN", "The task was closed before.");

    public static Answer PlanClosed() => Create(409, "PLAN_CLOSED", "Plan is closed and cannot receive new items");

    public static Answer PlanAlreadyClosed() => Create(409, "PLAN_CLOSED", "The plan is closed and cannot be validated any more.");

    public static Answer InvalidField(string field, string code, string message) => Instance.Invalid([new(field, code, message)]);

    public override Answer Unauthorized(string message)
        => Create(401, "UNAUTHORIZED", message).With("WWW-Authenticate", "Bearer");

    public override Answer RouteNotFound() => Create(404, "RECORD_NOT_FOUND", "There is no such route.");

    public override Answer MethodNotAllowed(string allow)
        => Create(405, "METHOD_NOT_ALLOWED", $"The route allows {allow}.").With("Allow", allow);

    public override Answer UnsupportedMediaType()
        => Create(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8.");

    public override Answer PayloadTooLarge(int mostBytes)
        => Create(413, "PAYLOAD_TOO_LARGE", $"The body may be at most {mostBytes / (1024 * 1024)} MiB.");

    public override Answer Invalid(IReadOnlyList<FieldError> errors) => Answer.Of(
        400,
        new ErrorResponse(false, errors[0].Message, "VALIDATION_ERROR", errors),
        DataPlatformJson.Face.ErrorResponse);

    public override Answer BrokenRequest(int status) => status == 413
        ? Create(413, "PAYLOAD_TOO_LARGE", "The body is too large.")
        : InvalidField("body", FieldErrorCodes.InvalidValue, "The request did not arrive whole.");

    public override Answer IdempotencyKeyReused()
        => Create(422, "IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used with another body.");

    public override Answer IdempotencyInFlight()
        => Create(409, "IDEMPOTENCY_IN_FLIGHT", "The first request with this Idempotency-Key is still running.").With("Retry-After", "1");

    public override Answer DatabaseUnavailable(bool outcomeUnknown) => Answer.Of(
        503,
        new ErrorResponse(
            false,
            outcomeUnknown
                ? "The database did not confirm the write: it may have happened. Repeat it to find out."
                : "The database is not available; nothing has happened.",
            "DATABASE_UNAVAILABLE",
            Outcome: outcomeUnknown ? "unknown" : null),
        DataPlatformJson.Face.ErrorResponse).With("Retry-After", "1");

    public override Answer Unknown() => Create(500, "UNKNOWN_ERROR", "Something went wrong on our side.");

    private static Answer Create(int status, string errorCode, string error)
        => Answer.Of(status, new ErrorResponse(false, error, errorCode), DataPlatformJson.Face.ErrorResponse);
}
