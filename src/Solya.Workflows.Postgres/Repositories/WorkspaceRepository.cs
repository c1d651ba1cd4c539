using Microsoft.EntityFrameworkCore;
using Npgsql;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Times;
using Solya.Workflows.Workspaces;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Workspaces and the keys of their programs.</summary>
public sealed class WorkspaceRepository(
    Lazy<WorkflowsContext> lazyContext, Database database, AmbientTransaction ambient, IdGenerator ids, TimeProvider clock)
{
    private WorkflowsContext Context => lazyContext.Value;

    /// <summary>Makes a workspace and its first key, or answers null when the slug or the id is taken.</summary>
    /// <param name="organizationId">Null makes a fresh one.</param>
    public async Task<(Workspace Workspace, NewApiKey Key)?> CreateWorkspaceAsync(string slug, string? organizationId, CancellationToken ct)
    {
        var (id, createdAt) = ids.Next();
        var workspace = new Workspace { OrganizationId = organizationId ?? PublicId.Format(PublicId.Workspace, id), Slug = slug, CreatedAt = createdAt };
        var made = MakeKey(workspace.OrganizationId);

        // The unique indexes decide: of several that come at once one is made, and the others are told so.
        var isNew = await WriteAsync(
            """
            WITH workspace AS (
                INSERT INTO workspaces (organization_id, slug, created_at)
                SELECT $1, $6, $7
                ON CONFLICT DO NOTHING
                RETURNING organization_id
            )
            INSERT INTO api_keys (organization_id, id, key_hash, hint, created_at)
            SELECT organization_id, $2, $3, $4, $5 FROM workspace
            RETURNING true
            """,
            [
                .. ParametersOf(made.Key),
                new NpgsqlParameter<string> { TypedValue = slug },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = createdAt },
            ],
            ct);
        return isNew is null ? null : (workspace, made);
    }

    /// <summary>One workspace, or null when there is none of that id.</summary>
    public Task<Workspace?> FindWorkspaceAsync(string organizationId, CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand("SELECT slug, created_at FROM workspaces WHERE organization_id = $1", connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = organizationId } },
            };
            await using var row = await command.ExecuteReaderAsync(ct);
            return await row.ReadAsync(ct)
                ? new Workspace { OrganizationId = organizationId, Slug = row.GetString(0), CreatedAt = row.GetFieldValue<DateTimeOffset>(1) }
                : null;
        },
        ct);

    /// <summary>Makes a further key, or answers null when there is no such workspace.</summary>
    public async Task<NewApiKey?> CreateKeyAsync(string organizationId, CancellationToken ct)
    {
        var made = MakeKey(organizationId);
        var isMade = await WriteAsync(
            """
            INSERT INTO api_keys (organization_id, id, key_hash, hint, created_at)
            SELECT organization_id, $2, $3, $4, $5 FROM workspaces WHERE organization_id = $1
            RETURNING true
            """,
            ParametersOf(made.Key),
            ct);
        return isMade is null ? null : made;
    }

    /// <summary>The keys of a workspace, newest first, revoked ones too; none when there is no such workspace.</summary>
    public Task<Page<ApiKey>> ListKeysAsync(string organizationId, PageRequest page, CancellationToken ct)
        => Context.ApiKeys.AsNoTracking().Where(key => key.OrganizationId == organizationId).ToPageAsync(page, key => key.Id, ct);

    /// <summary>Ends a key for good, and says when that was; null when the workspace has no such key.</summary>
    public async Task<DateTimeOffset?> RevokeKeyAsync(string organizationId, Guid keyId, CancellationToken ct)
        => await WriteAsync(
            """
            UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3)
             WHERE organization_id = $1 AND id = $2
            RETURNING revoked_at
            """,
            [
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = keyId },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow().ToMilliseconds() },
            ],
            ct) is DateTime revokedAt ? new DateTimeOffset(revokedAt) : null;

    /// <summary>The organization that a key speaks for, or null when it is unknown or revoked.</summary>
    public Task<string?> FindOrganizationOfKeyAsync(byte[] keyHash, CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT organization_id FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL", connection)
            {
                Parameters = { new NpgsqlParameter<byte[]> { TypedValue = keyHash } },
            };
            return (string?)await command.ExecuteScalarAsync(ct);
        },
        ct);

    private NewApiKey MakeKey(string organizationId)
    {
        var text = ApiKeyText.Make();
        var (id, createdAt) = ids.Next();
        return new(
            new ApiKey
            {
                OrganizationId = organizationId,
                Id = id,
                KeyHash = ApiKeyText.HashOf(text),
                Hint = ApiKeyText.HintOf(text),
                CreatedAt = createdAt,
            },
            text);
    }

    private static NpgsqlParameter[] ParametersOf(ApiKey key) =>
    [
        new NpgsqlParameter<string> { TypedValue = key.OrganizationId },
        new NpgsqlParameter<Guid> { TypedValue = key.Id },
        new NpgsqlParameter<byte[]> { TypedValue = key.KeyHash },
        new NpgsqlParameter<string> { TypedValue = key.Hint },
        new NpgsqlParameter<DateTimeOffset> { TypedValue = key.CreatedAt },
    ];

    // Answers the first column of the first row, or null when there is none.
    private async Task<object?> WriteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken ct)
    {
        async Task<object?> ExecuteAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(parameters);
            return await command.ExecuteScalarAsync(ct);
        }

        return ambient.Connection is { } joined ? await ExecuteAsync(joined) : await database.WriteAsync(ExecuteAsync, ct);
    }
}
