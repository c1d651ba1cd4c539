using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.V1.Workspaces;

internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder workspaces)
    {
        var keys = workspaces.MapGroup("/{id}/api-keys").WithTags("API keys");

        keys.MapPost("/", CreateAsync)
            .Validate<CreateApiKeyRequest>()
            .Idempotent()
            .Answers<CreateApiKeyResponse>(201, 400, 404, 409, 413, 415, 422)
            .WithName("CreateApiKey")
            .WithSummary("Make a further API key of a workspace");
        keys.MapGet("/", ListAsync)
            .ValidateQuery<ListApiKeysQuery>()
            .AnswersList<ApiKeyResponse>(400, 404)
            .WithName("ListApiKeys")
            .WithSummary("List the API keys of a workspace, newest first, revoked ones too");
        keys.MapDelete("/{keyId}", RevokeAsync)
            .Answers<RevokeApiKeyResponse>(200, 404)
            .WithName("RevokeApiKey")
            .WithSummary("Revoke an API key at once and for good");
    }

    private static async Task<Answer> CreateAsync(string id, Input<CreateApiKeyRequest> input, WorkspaceRepository workspaces, CancellationToken ct)
    {
        if (await workspaces.CreateKeyAsync(id, ct) is not { } made)
        {
            return V1Errors.WorkspaceNotFound();
        }

        var response = CreateApiKeyResponse.Of(made);
        return Answer.Of(
            201,
            new SuccessResponse<CreateApiKeyResponse>(true, response),
            remembered: new(true, response with { Key = null }),
            V1Json.Face.SuccessResponseCreateApiKeyResponse);
    }

    private static async Task<Answer> ListAsync(string id, Input<ListApiKeysQuery> input, WorkspaceRepository workspaces, CancellationToken ct)
        => await workspaces.FindWorkspaceAsync(id, ct) is null
            ? V1Errors.WorkspaceNotFound()
            : V1Answers.List(
                await workspaces.ListKeysAsync(id, input.Value.Page.ToRequest(), ct),
                input.Value.Page,
                ApiKeyResponse.Of,
                V1Json.Face.ListResponseApiKeyResponse);

    private static async Task<Answer> RevokeAsync(string id, string keyId, WorkspaceRepository workspaces, ApiKeys known, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.ApiKey, keyId) is not { } key)
        {
            return V1Errors.ApiKeyNotFound();
        }

        try
        {
            return await workspaces.RevokeKeyAsync(id, key, ct) is { } revokedAt
                ? V1Answers.Success(200, new(keyId, revokedAt), V1Json.Face.SuccessResponseRevokeApiKeyResponse)
                : V1Errors.ApiKeyNotFound();
        }
        finally
        {
            known.Forget(); // whatever was answered: a revocation whose answer was lost may have happened
        }
    }
}
