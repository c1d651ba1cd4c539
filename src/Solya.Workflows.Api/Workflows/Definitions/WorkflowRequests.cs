using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Schedules;
using Solya.Workflows.StepPatches;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <param name="Name">1 to 200 characters.</param>
/// <param name="Nodes">At most 500; kept as sent.</param>
/// <param name="Edges">None when left out; kept as sent.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="IsActive">True when left out.</param>
/// <param name="ScheduleType">Manual when left out.</param>
/// <param name="ScheduleValue">As the type wants it: <c>*/5 * * * *</c>, seconds, <c>09:00</c>, <c>mon 09:00</c>, <c>1 09:00</c>.</param>
/// <param name="Timezone">An IANA name; UTC when left out.</param>
/// <param name="CatchUp">What becomes of ticks that nobody could start: last when left out.</param>
/// <param name="Overlap">What a tick does while the run of an earlier one goes on: skip when left out.</param>
public sealed record CreateWorkflowRequest(
    string? Name,
    RawJsonArray? Nodes,
    RawJsonArray? Edges,
    string? Description,
    bool? IsActive,
    ScheduleType? ScheduleType,
    string? ScheduleValue,
    string? Timezone,
    CatchUp? CatchUp,
    Overlap? Overlap) : IBodyRequest<CreateWorkflowRequest>
{
    static CreateWorkflowRequest IBodyRequest<CreateWorkflowRequest>.Read(JsonFields body)
    {
        var request = new CreateWorkflowRequest(
            body.Text("name"),
            GraphFields.Read(body, "nodes", isRequired: true),
            GraphFields.Read(body, "edges", isRequired: false),
            body.NullableText("description"),
            body.OptionalBoolean("is_active"),
            body.OptionalEnum<ScheduleType>("schedule_type"),
            body.NullableText("schedule_value"),
            body.OptionalText("timezone"),
            body.OptionalEnum<CatchUp>("catch_up"),
            body.OptionalEnum<Overlap>("overlap"));
        if (request.Nodes is { } nodes)
        {
            GraphFields.Check(nodes, request.Edges, body.Errors);
        }

        ScheduleFields.Check(request.Schedule, body.Errors);
        return request;
    }

    private ScheduleRule Schedule => new(
        ScheduleType ?? ScheduleRule.Manual.Type,
        ScheduleValue,
        Timezone ?? ScheduleRule.DefaultTimeZone,
        CatchUp ?? ScheduleRule.DefaultCatchUp,
        Overlap ?? ScheduleRule.DefaultOverlap);

    internal GraphEdit ToEdit() => new(Name!, Description, IsActive ?? true, GraphFields.DocumentOf(Nodes!.Value, Edges), Schedule);
}

/// <summary>Changes what it names.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Nodes">Another graph is a new version; running runs keep theirs.</param>
/// <param name="Description">At most 1,000 characters; null clears it.</param>
/// <param name="IsActive">Whether it takes new runs.</param>
/// <param name="ScheduleValue">Null clears it, on manual schedules.</param>
public sealed record PatchWorkflowRequest(
    string? Name,
    RawJsonArray? Nodes,
    RawJsonArray? Edges,
    Patch<string> Description,
    bool? IsActive,
    ScheduleType? ScheduleType,
    Patch<string> ScheduleValue,
    string? Timezone,
    CatchUp? CatchUp,
    Overlap? Overlap) : IBodyRequest<PatchWorkflowRequest>
{
    static PatchWorkflowRequest IBodyRequest<PatchWorkflowRequest>.Read(JsonFields body) => new(
        body.OptionalText("name"),
        GraphFields.Read(body, "nodes", isRequired: false),
        GraphFields.Read(body, "edges", isRequired: false),
        body.TextPatch("description"),
        body.OptionalBoolean("is_active"),
        body.OptionalEnum<ScheduleType>("schedule_type"),
        body.TextPatch("schedule_value"),
        body.OptionalText("timezone"),
        body.OptionalEnum<CatchUp>("catch_up"),
        body.OptionalEnum<Overlap>("overlap"));

    /// <summary>The workflow as it shall be; null when that makes none, and the errors say why.</summary>
    internal GraphEdit? Over(StoredWorkflow stored, FieldErrors errors)
    {
        var (document, workflow) = (stored.Document!, stored.Workflow);
        if (Nodes is not null || Edges is not null)
        {
            var (nodes, edges) = WorkflowGraphs.Of(stored);
            GraphFields.Check(Nodes ?? nodes, Edges ?? edges, errors);
            document = GraphFields.DocumentOf(Nodes ?? nodes, Edges ?? edges);
        }

        var was = GraphWorkflowRepository.RuleOf(workflow);
        var rule = new ScheduleRule(
            ScheduleType ?? was.Type,
            ScheduleValue.IsGiven ? ScheduleValue.Value : was.Value,
            Timezone ?? was.TimeZone,
            CatchUp ?? was.CatchUp,
            Overlap ?? was.Overlap);
        if (rule != was)
        {
            ScheduleFields.Check(rule, errors);
        }

        return errors.Any
            ? null
            : new(
                Name ?? workflow.Name,
                Description.IsGiven ? Description.Value : workflow.Description,
                IsActive ?? workflow.Status == WorkflowStatus.Active,
                document,
                rule);
    }
}

/// <param name="Page">From 1; a thousand a page.</param>
public sealed record ListWorkflowsQuery(int? Page) : IQueryRequest<ListWorkflowsQuery>
{
    static ListWorkflowsQuery IQueryRequest<ListWorkflowsQuery>.Read(QueryFields query) => new(query.Integer("page", 1, 1_000_000));
}

/// <param name="Nodes">What may be wrong with them is the answer, not an error.</param>
public sealed record ValidateGraphRequest(RawJsonArray? Nodes, RawJsonArray? Edges) : IBodyRequest<ValidateGraphRequest>
{
    static ValidateGraphRequest IBodyRequest<ValidateGraphRequest>.Read(JsonFields body)
        => new(GraphFields.Read(body, "nodes", isRequired: true), GraphFields.Read(body, "edges", isRequired: false));
}

/// <param name="Node">One node of a graph.</param>
/// <param name="Context">What the run would be started with; <c>{}</c> when left out.</param>
public sealed record TestNodeRequest(RawJson? Node, RawJson? Context) : IBodyRequest<TestNodeRequest>
{
    static TestNodeRequest IBodyRequest<TestNodeRequest>.Read(JsonFields body)
        => new(body.Object("node") is { } node ? new RawJson(node.GetRawText()) : null, body.OptionalDocument("context"));
}

/// <param name="Count">1 to 500 ticks, 10 when left out.</param>
public sealed record PreviewScheduleQuery(int? Count) : IQueryRequest<PreviewScheduleQuery>
{
    static PreviewScheduleQuery IQueryRequest<PreviewScheduleQuery>.Read(QueryFields query) => new(query.Integer("count", 1, TickPreview.Most));
}
