using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;

namespace Solya.Workflows.Api.DataPlatform.Workflows;

/// <param name="Name">1 to 200 characters.</param>
/// <param name="Status">DRAFT when left out.</param>
/// <param name="FlowDefinition">Nodes and edges; only a DRAFT may lack it. Kept as sent.</param>
public sealed record CreateWorkflowRequest(string? OrganizationId, string? Name, WorkflowStatus? Status, RawJson? FlowDefinition)
    : IBodyRequest<CreateWorkflowRequest>
{
    static CreateWorkflowRequest IBodyRequest<CreateWorkflowRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"), body.Text("name"), body.OptionalEnum<WorkflowStatus>("status"), FlowField.Read(body));
}

/// <param name="Name">1 to 200 characters; unchanged when left out.</param>
/// <param name="Status">Unchanged when left out.</param>
/// <param name="FlowDefinition">Nodes and edges; unchanged when left out. Kept as sent.</param>
public sealed record PatchWorkflowRequest(string? OrganizationId, string? Name, WorkflowStatus? Status, RawJson? FlowDefinition)
    : IBodyRequest<PatchWorkflowRequest>
{
    static PatchWorkflowRequest IBodyRequest<PatchWorkflowRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"), body.OptionalText("name"), body.OptionalEnum<WorkflowStatus>("status"), FlowField.Read(body));
}

internal static class FlowField
{
    public const string Name = "flowDefinition";

    /// <summary>Reads a flow and notes everything that is wrong with it.</summary>
    public static RawJson? Read(JsonFields body)
    {
        if (body.OptionalObject(Name) is not { } flow)
        {
            return null;
        }

        foreach (var fault in FlowDefinition.Check(flow))
        {
            body.Errors.Add($"{Name}.{fault.Path}", fault.Code, fault.Message);
        }

        return new RawJson(flow.GetRawText());
    }
}

/// <param name="Page">Limit (1 to 100, default 20) and offset or cursor.</param>
public sealed record ListActiveWorkflowsQuery(string? OrganizationId, PageRequest Page) : IQueryRequest<ListActiveWorkflowsQuery>
{
    static ListActiveWorkflowsQuery IQueryRequest<ListActiveWorkflowsQuery>.Read(QueryFields query) => new(query.Text("organizationId"), query.Page());
}

public sealed record GetWorkflowQuery(string? OrganizationId) : IQueryRequest<GetWorkflowQuery>
{
    static GetWorkflowQuery IQueryRequest<GetWorkflowQuery>.Read(QueryFields query) => new(query.Text("organizationId"));
}

/// <param name="FlowDefinition">As sent; of a workflow of another face its nodes and edges, to look at. Null on a DRAFT without one.</param>
public sealed record WorkflowResponse(
    string Id,
    string Name,
    string OrganizationId,
    WorkflowStatus Status,
    RawJson? FlowDefinition,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static WorkflowResponse Of(StoredWorkflow stored)
    {
        var workflow = stored.Workflow;
        return new(
            PublicId.Format(PublicId.Definition, workflow.Id),
            workflow.Name,
            workflow.OrganizationId,
            workflow.Status,
            RawJson.Of(stored.Format is { } format ? ShownFlow.Of(format, stored.Document!) : workflow.FlowDefinition),
            workflow.CreatedAt,
            workflow.UpdatedAt);
    }
}
