using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.V1.Workspaces;

internal static class WorkspaceEndpoints
{
    public static void MapWorkspaces(this IEndpointRouteBuilder workspaces)
        => workspaces.MapPost("/", CreateAsync)
            .WithTags("Workspaces")
            .Validate<CreateWorkspaceRequest>()
            .Idempotent()
            .Answers<CreateWorkspaceResponse>(201, 400, 409, 413, 415, 422)
            .WithName("CreateWorkspace")
            .WithSummary("Make a workspace and its first API key");

    public static void MapCurrentWorkspace(this IEndpointRouteBuilder current)
        => current.MapGet("/", GetCurrentAsync)
            .WithTags("Workspaces")
            .Answers<WorkspaceResponse>(200)
            .WithName("GetCurrentWorkspace")
            .WithSummary("Read the workspace that the API key belongs to");

    private static async Task<Answer> CreateAsync(Input<CreateWorkspaceRequest> input, WorkspaceRepository workspaces, CancellationToken ct)
    {
        if (await workspaces.CreateWorkspaceAsync(input.Value.Slug!, input.Value.Id, ct) is not var (workspace, made))
        {
            return V1Errors.WorkspaceTaken();
        }

        var response = new CreateWorkspaceResponse(WorkspaceResponse.Of(workspace), CreateApiKeyResponse.Of(made));
        return Answer.Of(
            201,
            new SuccessResponse<CreateWorkspaceResponse>(true, response),
            remembered: new(true, response with { ApiKey = response.ApiKey with { Key = null } }),
            V1Json.Face.SuccessResponseCreateWorkspaceResponse);
    }

    private static async Task<Answer> GetCurrentAsync(HttpContext context, WorkspaceRepository workspaces, CancellationToken ct)
    {
        var workspace = await workspaces.FindWorkspaceAsync(Caller.Of(context).OrganizationId, ct)
            ?? throw new InvalidOperationException("A key speaks for a workspace that is not there.");
        return V1Answers.Success(200, WorkspaceResponse.Of(workspace), V1Json.Face.SuccessResponseWorkspaceResponse);
    }
}
