using System.Text.Json.Serialization;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.V1.Runs;

/// <param name="DefinitionId">The definition to execute.</param>
/// <param name="Input">What the workflow is given; kept as sent, <c>{}</c> when left out.</param>
/// <param name="IdempotencyKey">Unique per workspace for as long as its run is kept: a repeat answers the run that has it, as it is now.</param>
public sealed record CreateRunRequest(string? DefinitionId, RawJson? Input, string? IdempotencyKey) : IBodyRequest<CreateRunRequest>
{
    static CreateRunRequest IBodyRequest<CreateRunRequest>.Read(JsonFields body) => new(
        body.Text("definitionId"), body.OptionalDocument("input"), body.OptionalText("idempotencyKey"));
}

/// <param name="Page">Page and pageSize (1 to 100, default 20), or cursor.</param>
/// <param name="Q">Part of an idempotency key, an external id or an error message, or a whole run id.</param>
public sealed record ListRunsQuery(
    NumberedPage Page, RunStatus? Status, string? DefinitionId, string? Q, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, string? ErrorCode)
    : IQueryRequest<ListRunsQuery>
{
    static ListRunsQuery IQueryRequest<ListRunsQuery>.Read(QueryFields query) => new(
        query.NumberedPage(PublicId.Run),
        query.OptionalEnum<RunStatus>("status"),
        query.OptionalText("definitionId"),
        query.OptionalText("q"),
        query.OptionalInstant("createdAfter"),
        query.OptionalInstant("createdBefore"),
        query.OptionalText("errorCode"));

    // An id that is no id names a definition that has no runs.
    internal RunFilter ToFilter(string organizationId) => new(
        organizationId,
        Status,
        DefinitionId is null ? null : PublicId.Parse(PublicId.Definition, DefinitionId) ?? Guid.Empty,
        CreatedAfter,
        CreatedBefore,
        ErrorCode,
        Q);
}

/// <param name="SignalType">What the run waits for.</param>
/// <param name="Payload">Becomes part of the run's state and is the step's output; <c>{}</c> when left out.</param>
public sealed record ResumeRunRequest(string? SignalType, RawJson? Payload) : IBodyRequest<ResumeRunRequest>
{
    static ResumeRunRequest IBodyRequest<ResumeRunRequest>.Read(JsonFields body) => new(body.Text("signalType"), body.OptionalDocument("payload"));
}

/// <param name="SignalType">What a step waits for, or will wait for.</param>
/// <param name="Payload">Becomes part of the run's state and is the step's output; <c>{}</c> when left out.</param>
/// <param name="DedupId">A second signal of the run with the same one changes nothing.</param>
public sealed record SendSignalRequest(string? SignalType, RawJson? Payload, string? DedupId) : IBodyRequest<SendSignalRequest>
{
    static SendSignalRequest IBodyRequest<SendSignalRequest>.Read(JsonFields body) => new(
        body.Text("signalType"), body.OptionalDocument("payload"), body.OptionalText("dedupId"));
}

/// <summary>The signal is kept.</summary>
public sealed record SendSignalResponse(string RunId, string SignalType, bool Accepted);

/// <summary>Cancel and retry need no body, and ignore the fields of one.</summary>
public sealed record RunCommandRequest : IBodyRequest<RunCommandRequest>
{
    static bool IBodyRequest<RunCommandRequest>.IsBodyOptional => true;

    static RunCommandRequest IBodyRequest<RunCommandRequest>.Read(JsonFields body) => new();
}

/// <summary>Why a run or a step failed.</summary>
/// <param name="Code">Stable, for machines.</param>
/// <param name="Message">For people.</param>
public sealed record FailureResponse(string Code, string Message, RawJson? Details)
{
    internal static FailureResponse? Of(string? code, string? message, string? details)
        => code is null && message is null ? null : new(code ?? "UNKNOWN", message ?? "", RawJson.Of(details));
}

/// <summary>A step of a run.</summary>
/// <param name="Iteration">Within a list the item's place, <c>2</c> or <c>2.0</c>; else empty.</param>
/// <param name="Attempt">The attempt under way or the last one, from 1; 0 before the first.</param>
public sealed record StepRunResponse(
    string Id,
    string StepName,
    string? Type,
    string Iteration,
    StepStatus Status,
    int Attempt,
    RawJson? Output,
    FailureResponse? Error,
    DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt)
{
    internal static StepRunResponse Of(Step step) => new(
        PublicId.Format(PublicId.Step, step.Id),
        step.NodeId,
        step.Kind,
        step.Iteration,
        step.Status,
        // A reported step counts its repeats, an executed one its attempts.
        step.Kind is null ? (int)Math.Min(step.RetryCount + 1, int.MaxValue) : step.Attempt,
        RawJson.Of(step.Output),
        FailureResponse.Of(step.ErrorCode, step.ErrorMessage, step.ErrorDetails),
        step.StartedAt,
        step.CompletedAt);
}

/// <summary>A run.</summary>
/// <param name="Output">What the last step produced, once the run is COMPLETED.</param>
/// <param name="CurrentStepIndex">The place of the step that the run is at, from 0; only when one run is read.</param>
/// <param name="StepRuns">Only when one run is read.</param>
public sealed record RunResponse(
    string Id,
    string WorkspaceId,
    string? DefinitionId,
    RunStatus Status,
    RawJson Input,
    RawJson? Output,
    string? IdempotencyKey,
    FailureResponse? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? CurrentStepIndex = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CurrentStepName = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StepRunResponse>? StepRuns = null)
{
    internal static RunResponse Of(Run run) => new(
        PublicId.Format(PublicId.Run, run.Id),
        run.OrganizationId,
        run.WorkflowId is { } workflow ? PublicId.Format(PublicId.Definition, workflow) : null,
        run.Status,
        new(run.TriggerContext ?? "{}"),
        RawJson.Of(run.OutputSummary),
        run.IdempotencyKey,
        FailureResponse.Of(run.ErrorCode, run.ErrorMessage, run.ErrorDetails),
        run.CreatedAt,
        run.StartedAt,
        run.CompletedAt,
        run.UpdatedAt);

    /// <param name="graph">Null for a run that is executed outside, or whose definition cannot be read any more.</param>
    internal static RunResponse WithSteps(Run run, WorkflowGraph? graph)
    {
        var place = RunPlace.Of(run, graph);
        return Of(run) with
        {
            CurrentStepIndex = place.Index,
            CurrentStepName = place.Name,
            StepRuns = [.. RunPlace.InOrder(run, graph).Select(StepRunResponse.Of)],
        };
    }
}
