using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Workspaces;

namespace Solya.Workflows.Api.V1.Workspaces;

/// <param name="Slug">Its readable name: 1 to 50 of a-z, 0-9 and the hyphen, unique in the service.</param>
/// <param name="Id">The organization it gives access to, 1 to 255 characters; a fresh one when left out.</param>
public sealed record CreateWorkspaceRequest(string? Slug, string? Id) : IBodyRequest<CreateWorkspaceRequest>
{
    static CreateWorkspaceRequest IBodyRequest<CreateWorkspaceRequest>.Read(JsonFields body) => new(body.Text("slug"), body.OptionalText("id"));
}

/// <param name="ApiKey">Its first key.</param>
public sealed record CreateWorkspaceResponse(WorkspaceResponse Workspace, CreateApiKeyResponse ApiKey);

public sealed record WorkspaceResponse(string Id, string Slug, DateTimeOffset CreatedAt)
{
    internal static WorkspaceResponse Of(Workspace workspace) => new(workspace.OrganizationId, workspace.Slug, workspace.CreatedAt);
}

/// <summary>A key needs no wish; the body may be missing.</summary>
public sealed record CreateApiKeyRequest : IBodyRequest<CreateApiKeyRequest>
{
    static bool IBodyRequest<CreateApiKeyRequest>.IsBodyOptional => true;

    static CreateApiKeyRequest IBodyRequest<CreateApiKeyRequest>.Read(JsonFields body) => new();
}

/// <param name="Key">Shown once, and null when the request is repeated: only its hash is kept.</param>
public sealed record CreateApiKeyResponse(string Id, string? Key, DateTimeOffset CreatedAt)
{
    internal static CreateApiKeyResponse Of(NewApiKey made) => new(PublicId.Format(PublicId.ApiKey, made.Key.Id), made.Text, made.Key.CreatedAt);
}

/// <param name="Page">Page and pageSize (1 to 100, default 20), or cursor.</param>
public sealed record ListApiKeysQuery(NumberedPage Page) : IQueryRequest<ListApiKeysQuery>
{
    static ListApiKeysQuery IQueryRequest<ListApiKeysQuery>.Read(QueryFields query) => new(query.NumberedPage(PublicId.ApiKey));
}

/// <param name="Hint">The first characters of the key.</param>
/// <param name="RevokedAt">Null while the key is good.</param>
public sealed record ApiKeyResponse(string Id, string Hint, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt)
{
    internal static ApiKeyResponse Of(ApiKey key) => new(PublicId.Format(PublicId.ApiKey, key.Id), key.Hint, key.CreatedAt, key.RevokedAt);
}

/// <param name="RevokedAt">When it was revoked for the first time.</param>
public sealed record RevokeApiKeyResponse(string Id, DateTimeOffset RevokedAt);
