using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.V1.Definitions;

internal static class DefinitionEndpoints
{
    public static void MapDefinitions(this IEndpointRouteBuilder api)
    {
        var definitions = api.MapGroup("/workflow-definitions").WithTags("Workflow definitions");

        definitions.MapPost("/", CreateAsync)
            .Validate<CreateDefinitionRequest>()
            .Idempotent()
            .Answers<DefinitionResponse>(201, 400, 409, 413, 415, 422)
            .WithName("CreateDefinition")
            .WithSummary("Define a workflow; a definition never changes");
        definitions.MapGet("/", ListAsync)
            .ValidateQuery<ListDefinitionsQuery>()
            .AnswersList<DefinitionResponse>(400)
            .WithName("ListDefinitions")
            .WithSummary("List the workflow definitions, newest first, archived ones too");
        definitions.MapGet("/{id}", GetAsync)
            .Answers<DefinitionResponse>(200, 404)
            .WithName("GetDefinition")
            .WithSummary("Read one workflow definition");
        definitions.MapDelete("/{id}", ArchiveAsync)
            .Answers<DefinitionResponse>(200, 404, 409)
            .WithName("ArchiveDefinition")
            .WithSummary("Let a workflow definition take no more runs; those under way go on");
    }

    private static async Task<Answer> CreateAsync(
        Input<CreateDefinitionRequest> input, HttpContext context, DefinitionRepository definitions, CancellationToken ct)
    {
        var request = input.Value;
        return await definitions.StoreDefinitionAsync(
            Caller.Of(context).OrganizationId, request.Name!, request.Version!, request.Description, request.Steps!.Value.Text, ct) is { } stored
                ? Success(201, stored)
                : V1Errors.DefinitionTaken();
    }

    private static async Task<Answer> ListAsync(
        Input<ListDefinitionsQuery> input, HttpContext context, DefinitionRepository definitions, CancellationToken ct)
    {
        var query = input.Value;
        return V1Answers.List(
            await definitions.ListDefinitionsAsync(Caller.Of(context).OrganizationId, query.Name, query.Page.ToRequest(), ct),
            query.Page,
            DefinitionResponse.Of,
            V1Json.Face.ListResponseDefinitionResponse);
    }

    private static async Task<Answer> GetAsync(string id, HttpContext context, DefinitionRepository definitions, CancellationToken ct)
        => PublicId.Parse(PublicId.Definition, id) is { } definitionId
            && await definitions.FindDefinitionAsync(Caller.Of(context).OrganizationId, definitionId, ct) is { } definition
                ? Success(200, definition)
                : V1Errors.DefinitionNotFound();

    private static async Task<Answer> ArchiveAsync(string id, HttpContext context, DefinitionRepository definitions, CancellationToken ct)
    {
        var organization = Caller.Of(context).OrganizationId;
        if (PublicId.Parse(PublicId.Definition, id) is not { } definitionId)
        {
            return V1Errors.DefinitionNotFound();
        }

        if (await definitions.ArchiveDefinitionAsync(organization, definitionId, ct) is { } archived)
        {
            return Success(200, archived);
        }

        return await definitions.FindDefinitionAsync(organization, definitionId, ct) is null
            ? V1Errors.DefinitionNotFound()
            : V1Errors.Conflict("The workflow belongs to another face and is read-only here.");
    }

    private static Answer Success(int status, StepsDefinition definition)
        => V1Answers.Success(status, DefinitionResponse.Of(definition), V1Json.Face.SuccessResponseDefinitionResponse);
}
