using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Solya.Workflows.Api.DataPlatform.Steps;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Runs;
using Solya.Workflows.StepPatches;

namespace Solya.Workflows.Api.DataPlatform.Runs;

/// <param name="WorkflowId">A stored, ACTIVE workflow; without it the run is ad hoc.</param>
/// <param name="ExternalRunId">The executor's own id of the run, unique per organization: a repeat answers the run that has it.</param>
/// <param name="TriggerContext">What started the run; kept as sent.</param>
/// <param name="HeartbeatIntervalSeconds">How often the executor will be heard of; after three silent intervals the sweep
/// may declare the run dead.</param>
public sealed record CreateRunRequest(
    string? OrganizationId, string? WorkflowId, string? ExternalRunId, RawJson? TriggerContext, [property: Range(1, CreateRunRequest.MaxHeartbeatSeconds)] int? HeartbeatIntervalSeconds)
    : IBodyRequest<CreateRunRequest>
{
    /// <summary>A day.</summary>
    internal const int MaxHeartbeatSeconds = 86_400;

    static CreateRunRequest IBodyRequest<CreateRunRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"),
        body.OptionalText("workflowId"),
        body.OptionalText("externalRunId"),
        body.OptionalDocument("triggerContext"),
        (int?)body.OptionalInteger("heartbeatIntervalSeconds", 1, MaxHeartbeatSeconds));
}

public sealed record CreateRunResponse(string Id, RunStatus Status, DateTimeOffset TriggeredAt, string? WorkflowId)
{
    internal static CreateRunResponse Of(Run run) => new(
        PublicId.Format(PublicId.Run, run.Id), run.Status, run.CreatedAt, run.WorkflowId is { } id ? PublicId.Format(PublicId.Definition, id) : null);
}

/// <param name="OrganizationId">Optional; checked when given.</param>
/// <param name="CompletedAt">When the run ended; the server's time when an end comes without it.</param>
public sealed record PatchRunRequest(
    string? OrganizationId,
    RunStatus? Status,
    DateTimeOffset? CompletedAt,
    Patch<string> ErrorMessage,
    Patch<string> ErrorCode,
    Patch<RawJson?> OutputSummary,
    Patch<RawJson?> TriggerContext)
    : IBodyRequest<PatchRunRequest>
{
    static PatchRunRequest IBodyRequest<PatchRunRequest>.Read(JsonFields body) => new(
        body.OptionalText("organizationId"),
        body.OptionalEnum<RunStatus>("status"),
        body.OptionalInstant("completedAt"),
        body.TextPatch("errorMessage"),
        body.TextPatch("errorCode"),
        body.DocumentPatch("outputSummary"),
        body.DocumentPatch("triggerContext"));

    internal RunPatch ToPatch(Guid runId, DateTimeOffset now) => new(
        OrganizationId, runId, Status, CompletedAt, ErrorCode, ErrorMessage, OutputSummary.ToText(), TriggerContext.ToText(), now);
}

public sealed record PatchRunResponse(DateTimeOffset? CompletedAt, string Id, RunStatus Status)
{
    internal static PatchRunResponse Of(Run run) => new(run.CompletedAt, PublicId.Format(PublicId.Run, run.Id), run.Status);
}

public sealed record HeartbeatRequest(string? OrganizationId) : IBodyRequest<HeartbeatRequest>
{
    static HeartbeatRequest IBodyRequest<HeartbeatRequest>.Read(JsonFields body) => new(body.Text("organizationId"));
}

/// <param name="NextHeartbeatBy">The deadline after which the sweep may declare the run dead.</param>
public sealed record HeartbeatResponse(string Id, RunStatus Status, DateTimeOffset NextHeartbeatBy)
{
    internal static HeartbeatResponse Of(Run run, ZombieRules rules) => new(
        PublicId.Format(PublicId.Run, run.Id),
        run.Status,
        rules.DeadlineOf(run.Status, run.HeartbeatIntervalSeconds, run.LastHeartbeatAt));
}

public sealed record GetRunQuery(string? OrganizationId) : IQueryRequest<GetRunQuery>
{
    static GetRunQuery IQueryRequest<GetRunQuery>.Read(QueryFields query) => new(query.Text("organizationId"));
}

/// <param name="CreatedAfter">Only runs created after this instant.</param>
/// <param name="CreatedBefore">Only runs created before this instant.</param>
/// <param name="Page">Limit (1 to 100, default 20) and offset or cursor.</param>
public sealed record ListRunsQuery(
    string? OrganizationId, RunStatus? Status, string? WorkflowId, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, PageRequest Page)
    : IQueryRequest<ListRunsQuery>
{
    static ListRunsQuery IQueryRequest<ListRunsQuery>.Read(QueryFields query) => new(
        query.Text("organizationId"),
        query.OptionalEnum<RunStatus>("status"),
        query.OptionalText("workflowId"),
        query.OptionalInstant("createdAfter"),
        query.OptionalInstant("createdBefore"),
        query.Page());

    // An id that is no id names a workflow that has no runs.
    internal RunFilter ToFilter() => new(
        OrganizationId!, Status, WorkflowId is null ? null : PublicId.Parse(PublicId.Definition, WorkflowId) ?? Guid.Empty, CreatedAfter, CreatedBefore);
}

/// <summary>A run.</summary>
/// <param name="Steps">In the order of their start; only when one run is read.</param>
public sealed record RunResponse(
    string Id,
    string OrganizationId,
    string? WorkflowId,
    string? ExternalRunId,
    RunExecutor Executor,
    RunStatus Status,
    RawJson? TriggerContext,
    RawJson? OutputSummary,
    string? ErrorCode,
    string? ErrorMessage,
    RawJson? ErrorDetails,
    int? HeartbeatIntervalSeconds,
    DateTimeOffset LastHeartbeatAt,
    DateTimeOffset TriggeredAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StepResponse>? Steps = null)
{
    internal static RunResponse WithSteps(Run run) => Of(run) with { Steps = [.. run.Steps.Select(StepResponse.Of)] };

    internal static RunResponse Of(Run run) => new(
        PublicId.Format(PublicId.Run, run.Id),
        run.OrganizationId,
        run.WorkflowId is { } workflowId ? PublicId.Format(PublicId.Definition, workflowId) : null,
        run.ExternalRunId,
        run.Executor,
        run.Status,
        RawJson.Of(run.TriggerContext),
        RawJson.Of(run.OutputSummary),
        run.ErrorCode,
        run.ErrorMessage,
        RawJson.Of(run.ErrorDetails),
        run.HeartbeatIntervalSeconds,
        run.LastHeartbeatAt,
        run.CreatedAt,
        run.StartedAt,
        run.CompletedAt,
        run.CreatedAt,
        run.UpdatedAt);
}
