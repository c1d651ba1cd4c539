using System.ComponentModel.DataAnnotations;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.DataPlatform.StepPatches;

/// <param name="Status">New status for the step.</param>
/// <param name="CompletedAt">When the step completed; with startedAt it gives durationMs.</param>
/// <param name="RetryCount">Updated retry counter; increment by 1 on each retry.</param>
/// <param name="Output">Structured output produced by the step (null clears it); kept as sent.</param>
/// <param name="ErrorCode">Machine-readable error code up to 64 characters, counted in UTF-16 units (null clears it).</param>
/// <param name="ErrorMessage">Human-readable error message (null clears it).</param>
/// <param name="ErrorDetails">Structured error context for debugging (null clears it); kept as sent.</param>
/// <param name="Logs">Plain-text step logs captured by the data platform (null clears them).</param>
public sealed record PatchStepRequest(
    string? OrganizationId,
    StepStatus? Status,
    DateTimeOffset? CompletedAt,
    [property: Range(0, PatchStepRequest.MaxRetryCount)] long? RetryCount,
    Patch<RawJson?> Output,
    Patch<string> ErrorCode,
    Patch<string> ErrorMessage,
    Patch<RawJson?> ErrorDetails,
    Patch<string> Logs)
    : IBodyRequest<PatchStepRequest>
{
    /// <summary>The largest integer that every JSON reader holds exactly: 2^53 − 1.</summary>
    internal const long MaxRetryCount = 9_007_199_254_740_991;

    static PatchStepRequest IBodyRequest<PatchStepRequest>.Read(JsonFields body) => ReadWith(body, body.Text("organizationId"));

    internal static PatchStepRequest ReadWith(JsonFields body, string? organizationId) => new(
        organizationId,
        body.OptionalEnum<StepStatus>("status"),
        body.OptionalInstant("completedAt"),
        body.OptionalInteger("retryCount", 0, MaxRetryCount),
        body.DocumentPatch("output"),
        body.TextPatch("errorCode"),
        body.TextPatch("errorMessage"),
        body.DocumentPatch("errorDetails"),
        body.TextPatch("logs"));

    internal StepPatch ToPatch(Guid stepId, DateTimeOffset now) => new(
        OrganizationId!, stepId, Status, CompletedAt, RetryCount, Output.ToText(), ErrorCode, ErrorMessage, ErrorDetails.ToText(), Logs, now);
}

public sealed record PatchStepResponse(string StepId, StepStatus Status, long RetryCount, DateTimeOffset? CompletedAt, long? DurationMs)
{
    internal static PatchStepResponse Of(StepReceipt receipt) => new(
        PublicId.Format(PublicId.Step, receipt.StepId), receipt.Status, receipt.RetryCount, receipt.CompletedAt, receipt.DurationMs);
}
