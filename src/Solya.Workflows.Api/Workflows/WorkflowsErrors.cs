using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.Workflows;

/// <summary>Every failure the <c>/workflows</c> face can answer with.</summary>
internal sealed class WorkflowsErrors : FaceErrors
{
    public static readonly WorkflowsErrors Instance = new();

    // Another organization's row and a row that never existed answer the same bytes, so no text may carry an id.
    public static Answer WorkflowNotFound() => Create(404, "There is no such workflow.");

    public static Answer RunNotFound() => Create(404, "There is no such run.");

    public static Answer WebhookNotFound() => Create(404, "There is no such webhook.");

    public static Answer NodeNotFound() => Create(404, "The workflow has no such node.");

    public static Answer Inactive() => Create(409, "The workflow is inactive.");

    public static Answer ReadOnly() => Create(409, "The workflow was stored by another face, and is read-only here.");

    public static Answer ExecutedOutside() => Create(409, "The workflow is executed outside of this service.");

    public static Answer Conflict(string reason) => Create(409, reason);

    public static Answer InvalidField(string field, string message) => Instance.Invalid([new(field, FieldErrorCodes.InvalidValue, message)]);

    /// <summary>What a change of a run answers when it was not done; null when it was.</summary>
    public static Answer? Of(ControlReceipt receipt) => receipt.Outcome switch
    {
        ControlOutcome.Done => null,
        ControlOutcome.NotFound => RunNotFound(),
        ControlOutcome.NotAllowed => Conflict(receipt.Reason!),
    };

    /// <summary>What a change of a workflow answers when it was not done; null when it was.</summary>
    /// <param name="faults">Why it was refused.</param>
    public static Answer? Of(GraphReceipt receipt, FieldErrors faults) => receipt.Outcome switch
    {
        GraphOutcome.Recorded => null,
        GraphOutcome.NotFound => WorkflowNotFound(),
        GraphOutcome.ReadOnly => ReadOnly(),
        GraphOutcome.Triggered => Conflict("An active workflow triggers it."),
        GraphOutcome.Refused => Instance.Invalid(faults.All),
    };

    public override Answer Unauthorized(string message) => Create(401, message).With("WWW-Authenticate", "Bearer");

    public override Answer RouteNotFound() => Create(404, "There is no such route.");

    public override Answer MethodNotAllowed(string allow) => Create(405, $"The route allows {allow}.").With("Allow", allow);

    public override Answer UnsupportedMediaType() => Create(415, "The body must be application/json in UTF-8.");

    public override Answer PayloadTooLarge(int mostBytes) => Create(413, $"The body may be at most {mostBytes / (1024 * 1024)} MiB.");

    public override Answer Invalid(IReadOnlyList<FieldError> errors) => errors is [var only] && IsUnreadable(only)
        ? Create(400, only.Field == "body" ? only.Message : $"{only.Field}: {only.Message}")
        : Answer.Of(
            422,
            new InvalidResponse(errors[0].Message, errors.GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray())),
            WorkflowsJson.Face.InvalidResponse);

    public override Answer BrokenRequest(int status)
        => status == 413 ? Create(413, "The body is too large.") : Create(400, "The request did not arrive whole.");

    public override Answer IdempotencyKeyReused() => Create(422, "The Idempotency-Key was used with another body.");

    public override Answer IdempotencyInFlight()
        => Create(409, "The first request with this Idempotency-Key is still running.").With("Retry-After", "1");

    public override Answer DatabaseUnavailable(bool outcomeUnknown) => Answer.Of(
        503,
        new UnavailableResponse(
            outcomeUnknown
                ? "The database did not confirm the write: it may have happened. Repeat it to find out."
                : "The database is not available; nothing has happened.",
            outcomeUnknown ? "unknown" : null),
        WorkflowsJson.Face.UnavailableResponse).With("Retry-After", "1");

    public override Answer Unknown() => Create(500, "Something went wrong on our side.");

    // What no reader of JSON agrees about, or no table can hold; everything else is a matter of its fields.
    private static bool IsUnreadable(FieldError error)
        => error.Code is FieldErrorCodes.MalformedJson or FieldErrorCodes.Duplicate or FieldErrorCodes.UnsupportedText
            || error is { Field: "body", Code: FieldErrorCodes.InvalidType };

    private static Answer Create(int status, string message) => Answer.Of(status, new ErrorResponse(message), WorkflowsJson.Face.ErrorResponse);
}
