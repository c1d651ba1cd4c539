using Solya.Workflows.Api.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>Who stored a workflow.</summary>
/// <param name="UserId">Null when the token did not say.</param>
/// <param name="Email">Null when the token did not say.</param>
public sealed record AuthorizationResponse(string Id, string? UserId, string? Email, DateTimeOffset CreatedAt)
{
    internal static AuthorizationResponse? Of(Workflow workflow) => workflow.CreatedBy is null && workflow.CreatedByEmail is null
        ? null
        : new(PublicId.Format(PublicId.Authorization, workflow.Id), workflow.CreatedBy, workflow.CreatedByEmail, workflow.CreatedAt);
}

/// <summary>A workflow.</summary>
/// <param name="NextRunAt">The next tick of its schedule; null when none comes.</param>
/// <param name="IsActive">Whether it takes new runs.</param>
/// <param name="WebhookUrl">The address that starts a run, whole: it is the credential. Null on workflows of other faces.</param>
/// <param name="ReadOnly">True when another face stored it; only that face changes it.</param>
public sealed record WorkflowResponse(
    string Id,
    string Name,
    string? Description,
    RawJsonArray Nodes,
    RawJsonArray Edges,
    ScheduleType ScheduleType,
    string? ScheduleValue,
    string Timezone,
    CatchUp CatchUp,
    Overlap Overlap,
    DateTimeOffset? NextRunAt,
    bool IsActive,
    string? WebhookUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    AuthorizationResponse? Authorization,
    bool ReadOnly)
{
    internal static WorkflowResponse Of(StoredWorkflow stored, HttpRequest request)
    {
        var workflow = stored.Workflow;
        var (nodes, edges) = WorkflowGraphs.Of(stored);
        return new(
            PublicId.Format(PublicId.Flow, workflow.Id),
            workflow.Name,
            workflow.Description,
            nodes,
            edges,
            workflow.ScheduleType ?? ScheduleRule.Manual.Type,
            workflow.ScheduleValue,
            workflow.TimeZone ?? ScheduleRule.DefaultTimeZone,
            workflow.CatchUp ?? ScheduleRule.DefaultCatchUp,
            workflow.Overlap ?? ScheduleRule.DefaultOverlap,
            workflow.NextRunAt,
            workflow.Status == WorkflowStatus.Active,
            WebhookUrls.Whole(workflow, request),
            workflow.CreatedAt,
            workflow.UpdatedAt,
            AuthorizationResponse.Of(workflow),
            workflow.Face != WorkflowFace.Graph);
    }
}

/// <summary>A workflow in a list.</summary>
/// <param name="WebhookUrl">Masked.</param>
/// <param name="ReadOnly">True when another face stored it; only that face changes it.</param>
public sealed record WorkflowSummary(
    string Id,
    string Name,
    string? Description,
    ScheduleType ScheduleType,
    string? ScheduleValue,
    string Timezone,
    CatchUp CatchUp,
    Overlap Overlap,
    DateTimeOffset? NextRunAt,
    bool IsActive,
    string? WebhookUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    AuthorizationResponse? Authorization,
    bool ReadOnly)
{
    internal static WorkflowSummary Of(Workflow workflow, HttpRequest request) => new(
        PublicId.Format(PublicId.Flow, workflow.Id),
        workflow.Name,
        workflow.Description,
        workflow.ScheduleType ?? ScheduleRule.Manual.Type,
        workflow.ScheduleValue,
        workflow.TimeZone ?? ScheduleRule.DefaultTimeZone,
        workflow.CatchUp ?? ScheduleRule.DefaultCatchUp,
        workflow.Overlap ?? ScheduleRule.DefaultOverlap,
        workflow.NextRunAt,
        workflow.Status == WorkflowStatus.Active,
        WebhookUrls.Masked(workflow, request),
        workflow.CreatedAt,
        workflow.UpdatedAt,
        AuthorizationResponse.Of(workflow),
        workflow.Face != WorkflowFace.Graph);
}

public sealed record DeletedResponse(string Id, bool Deleted);

/// <param name="WebhookUrl">The new address; the old one is dead.</param>
public sealed record WebhookResponse(string Id, string WebhookUrl);

/// <param name="Timezone">An IANA name.</param>
/// <param name="Ticks">The coming ticks; fewer than asked for when fewer come.</param>
public sealed record SchedulePreviewResponse(string Timezone, IReadOnlyList<TickResponse> Ticks);

/// <param name="Local">The same instant as clocks in the zone show it, with their offset.</param>
/// <param name="CatchUp">What becomes of the tick when nobody can start its run in time.</param>
/// <param name="Overlap">What becomes of the tick when the run of an earlier one has not ended.</param>
public sealed record TickResponse(DateTimeOffset At, string Local, IfMissed CatchUp, IfBusy Overlap)
{
    internal static TickResponse Of(TickPreview tick)
        => new(tick.At, tick.Local.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture), tick.CatchUp, tick.Overlap);
}

/// <param name="Errors">Everything wrong with the graph; empty when it is valid.</param>
public sealed record ValidationResponse(bool Valid, IReadOnlyList<GraphError> Errors);

/// <param name="Path">Where, <c>nodes[2].data.url</c>.</param>
public sealed record GraphError(string Path, string Message);

/// <param name="Status">success, failed, or waiting for what waits for time or for somebody.</param>
public sealed record TestNodeResponse(string Status, RawJson? Output, NodeError? Error);

/// <param name="Code">Stable, for machines.</param>
public sealed record NodeError(string Code, string Message, RawJson? Details);
