using System.Globalization;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Api.V1.Definitions;

/// <param name="Name">1 to 200 characters; unique in the workspace together with the version.</param>
/// <param name="Version">1 to 50 characters.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="Steps">What is done, in order. Kept as sent.</param>
public sealed record CreateDefinitionRequest(string? Name, string? Version, string? Description, RawJsonArray? Steps)
    : IBodyRequest<CreateDefinitionRequest>
{
    static CreateDefinitionRequest IBodyRequest<CreateDefinitionRequest>.Read(JsonFields body) => new(
        body.Text("name"), body.Text("version"), body.OptionalText("description"), StepsOf(body));

    // Notes everything that is wrong with the steps, under its path from the request's root.
    private static RawJsonArray? StepsOf(JsonFields body)
    {
        if (body.NonEmptyArray("steps") is not { } steps)
        {
            return null;
        }

        foreach (var fault in StepsCompiler.Compile(steps).Faults)
        {
            body.Errors.Add(fault.Path, fault.Code, fault.Message);
        }

        return new(steps.GetRawText());
    }
}

/// <param name="Name">Only definitions of exactly this name.</param>
/// <param name="Page">Page and pageSize (1 to 100, default 20), or cursor.</param>
public sealed record ListDefinitionsQuery(string? Name, NumberedPage Page) : IQueryRequest<ListDefinitionsQuery>
{
    static ListDefinitionsQuery IQueryRequest<ListDefinitionsQuery>.Read(QueryFields query)
        => new(query.OptionalText("name"), query.NumberedPage(PublicId.Definition));
}

/// <param name="Version">Of a workflow of another face: the number of its newest version.</param>
/// <param name="Steps">Empty for a workflow of another face, which steps cannot express.</param>
/// <param name="Archived">True when it takes no more runs.</param>
/// <param name="ReadOnly">True for a workflow of another face: only that face can change it.</param>
public sealed record DefinitionResponse(
    string Id,
    string WorkspaceId,
    string Name,
    string Version,
    string? Description,
    RawJsonArray Steps,
    bool Archived,
    bool ReadOnly,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static DefinitionResponse Of(StepsDefinition definition)
    {
        var workflow = definition.Workflow;
        return new(
            PublicId.Format(PublicId.Definition, workflow.Id),
            workflow.OrganizationId,
            workflow.Name,
            workflow.VersionLabel ?? (workflow.LatestVersion ?? 1).ToString(CultureInfo.InvariantCulture),
            workflow.Description,
            new(definition.Steps),
            workflow.Status == WorkflowStatus.Archived,
            workflow.Face != WorkflowFace.V1,
            workflow.CreatedAt,
            workflow.UpdatedAt);
    }
}
