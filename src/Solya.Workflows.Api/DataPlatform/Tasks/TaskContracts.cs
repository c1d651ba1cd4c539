using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Api.DataPlatform.Tasks;

/// <param name="WorkflowRunId">Only tasks that this run made or refreshed last.</param>
/// <param name="Page">Limit (1 to 100, default 20) and offset or cursor.</param>
public sealed record ListTasksQuery(string? OrganizationId, string? WorkflowRunId, TaskDomain? Domain, WorkflowTaskStatus? Status, PageRequest Page)
    : IQueryRequest<ListTasksQuery>
{
    static ListTasksQuery IQueryRequest<ListTasksQuery>.Read(QueryFields query) => new(
        query.Text("organizationId"),
        query.OptionalText("workflowRunId"),
        query.OptionalEnum<TaskDomain>("domain"),
        query.OptionalEnum<WorkflowTaskStatus>("status"),
        query.Page());

    internal TaskFilter ToFilter() => new(OrganizationId!, WorkflowRunId, Domain, Status);
}

/// <param name="Status">DONE or DISMISSED.</param>
public sealed record PatchTaskRequest(string? OrganizationId, WorkflowTaskStatus? Status) : IBodyRequest<PatchTaskRequest>
{
    static PatchTaskRequest IBodyRequest<PatchTaskRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"), body.Enum<WorkflowTaskStatus>("status"));
}

public sealed record TaskResponse(
    string Id,
    string OrganizationId,
    TaskDomain Domain,
    string VariantId,
    string ShopId,
    WorkflowTaskStatus Status,
    string WorkflowRunId,
    double? Confidence,
    RawJson? Payload,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ClosedAt)
{
    internal static TaskResponse Of(WorkflowTask task) => new(
        PublicId.Format(PublicId.Task, task.Id),
        task.OrganizationId,
        task.Domain,
        task.VariantId,
        task.ShopId,
        task.Status,
        task.WorkflowRunId,
        task.Confidence,
        RawJson.Of(task.Payload),
        task.CreatedAt,
        task.UpdatedAt,
        task.ClosedAt);
}
