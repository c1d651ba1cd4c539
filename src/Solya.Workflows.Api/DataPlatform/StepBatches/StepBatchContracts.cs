using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Solya.Workflows.Api.DataPlatform.StepPatches;
using Solya.Workflows.Api.DataPlatform.Steps;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.DataPlatform.StepBatches;

/// <param name="Reports">Up to 1,000, written in their order; each stands or falls alone.</param>
public sealed record StepBatchRequest(string? OrganizationId, [property: MaxLength(StepBatchRequest.MaxReports)] IReadOnlyList<StepBatchEntry>? Reports) : IBodyRequest<StepBatchRequest>
{
    internal const int MaxReports = 1_000;

    static int IBodyRequest<StepBatchRequest>.MaxBodyBytes => RequestBody.BulkBytes;

    static StepBatchRequest IBodyRequest<StepBatchRequest>.Read(JsonFields body)
    {
        var organizationId = body.Text("organizationId");
        return new(organizationId, body.Array("reports", 0, MaxReports, (entry, path) => StepBatchEntry.Read(entry, path, organizationId)));
    }
}

/// <summary>Either a step of a run, or a patch of a known step.</summary>
/// <param name="RunId">The run, with <paramref name="Step"/>.</param>
/// <param name="Step">The body of a step report.</param>
/// <param name="StepId">The step, with <paramref name="Patch"/>.</param>
/// <param name="Patch">The body of a step patch.</param>
public sealed record StepBatchEntry(string? RunId, CreateStepRequest? Step, string? StepId, PatchStepRequest? Patch)
{
    /// <summary>Where it stands in the request.</summary>
    internal string Path { get; private init; } = "";

    /// <summary>What could not be read of it; its neighbours are not concerned.</summary>
    internal FieldErrors Errors { get; private init; } = new();

    internal static StepBatchEntry Read(JsonElement entry, string path, string? organizationId)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(entry, path, errors);
        if (entry.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, FieldErrorCodes.InvalidType, $"{path} must be an object.");
            return new(null, null, null, null) { Path = path, Errors = errors };
        }

        var (hasStep, hasPatch) = (entry.TryGetProperty("step", out _), entry.TryGetProperty("patch", out _));
        if (hasStep == hasPatch)
        {
            errors.Add(path, FieldErrorCodes.Required, $"{path} must hold either 'runId' and 'step', or 'stepId' and 'patch'.");
            return new(null, null, null, null) { Path = path, Errors = errors };
        }

        return hasStep
            ? new(fields.Text("runId"), Body(fields, "step", errors, organizationId) is { } step ? CreateStepRequest.ReadWith(step, organizationId) : null, null, null)
            { Path = path, Errors = errors }
            : new(null, null, fields.Text("stepId"), Body(fields, "patch", errors, organizationId) is { } patch ? PatchStepRequest.ReadWith(patch, organizationId) : null)
            { Path = path, Errors = errors };
    }

    // The organization stands once at the top; repeated inside it must be the same.
    private static JsonFields? Body(JsonFields fields, string name, FieldErrors errors, string? organizationId)
    {
        if (fields.OptionalObject(name) is not { } value)
        {
            return null;
        }

        var body = new JsonFields(value, fields.PathOf(name), errors);
        if (body.OptionalText("organizationId") is { } inner && inner != organizationId)
        {
            errors.Add(body.PathOf("organizationId"), FieldErrorCodes.NotAllowed, "The organization must be the batch's own.");
        }

        return body;
    }
}

public sealed record StepBatchResponse(IReadOnlyList<StepBatchResult> Results);

/// <summary>What became of one entry.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Status">200, 400, 404 or 409.</param>
/// <param name="Data">With 200: the step after the write; completedAt and durationMs only for a patch.</param>
public sealed record StepBatchResult(
    int Index,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StepBatchData? Data = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? FieldErrors = null);

/// <summary>A step after a write of a batch: what the single route would have answered.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(ReportedStep))]
[JsonDerivedType(typeof(PatchedStep))]
public abstract record StepBatchData;

public sealed record ReportedStep(string StepId, StepStatus Status, long RetryCount) : StepBatchData;

public sealed record PatchedStep(string StepId, StepStatus Status, long RetryCount, DateTimeOffset? CompletedAt, long? DurationMs) : StepBatchData;
