using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Definitions of the face V1: stored once, archived, never changed. The workflows of the other faces are shown among them,
/// without steps, since steps cannot say what they are.
/// </summary>
public sealed class DefinitionRepository(
    Lazy<WorkflowsContext> lazyContext, Database database, AmbientTransaction ambient, IdGenerator ids, TimeProvider clock)
{
    private const int OnlyVersion = 1;

    private const string NoSteps = "[]";

    private const string Columns =
        "workflow.id, workflow.name, workflow.version_label, workflow.description, workflow.status, workflow.created_at, workflow.updated_at, "
        + "CASE WHEN workflow.face = 'V1' THEN version.document END, workflow.face, workflow.latest_version";

    private WorkflowsContext Context => lazyContext.Value;

    /// <summary>Stores a definition, or answers null when the organization has one of that name and version, archived ones too.</summary>
    /// <param name="steps">A JSON array that compiles.</param>
    public async Task<StepsDefinition?> StoreDefinitionAsync(
        string organizationId, string name, string version, string? description, string steps, CancellationToken ct)
    {
        var (id, createdAt) = ids.Next();

        // The unique index of names decides: of several that come at once one is stored, and the others are told so.
        var stored = await WriteAsync(
            $"""
            WITH stored AS (
                INSERT INTO workflows (organization_id, id, face, name, version_label, description, status, latest_version, created_at, updated_at)
                VALUES ($1, $2, 'V1', $3, $4, $5, 'ACTIVE', $6, $8, $8)
                ON CONFLICT (organization_id, name, version_label) WHERE face = 'V1' DO NOTHING
                RETURNING *
            ), version AS (
                INSERT INTO workflow_versions (organization_id, workflow_id, number, format, document, created_at)
                SELECT organization_id, id, latest_version, 'STEPS', $7, $8 FROM stored
                RETURNING document
            )
            SELECT {Columns} FROM stored workflow CROSS JOIN version
            """,
            organizationId,
            [
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = id },
                new NpgsqlParameter<string> { TypedValue = name },
                new NpgsqlParameter<string> { TypedValue = version },
                new NpgsqlParameter { Value = (object?)description ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<int> { TypedValue = OnlyVersion },
                new NpgsqlParameter<string> { TypedValue = steps, NpgsqlDbType = NpgsqlDbType.Json },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = createdAt },
            ],
            ct);
        return stored;
    }

    /// <summary>One definition, archived or not, of any face, or null when the organization has none of that id.</summary>
    public Task<StepsDefinition?> FindDefinitionAsync(string organizationId, Guid definitionId, CancellationToken ct) => database.ReadAsync(
        connection => ExecuteAsync(
            connection,
            $"""
            SELECT {Columns}
              FROM workflows workflow
              LEFT JOIN workflow_versions version
                ON version.organization_id = workflow.organization_id AND version.workflow_id = workflow.id AND version.number = workflow.latest_version
             WHERE workflow.organization_id = $1 AND workflow.id = $2
            """,
            organizationId,
            [new NpgsqlParameter<string> { TypedValue = organizationId }, new NpgsqlParameter<Guid> { TypedValue = definitionId }],
            ct),
        ct);

    /// <summary>Definitions of an organization, newest first, archived ones too.</summary>
    /// <param name="name">Null lists every name.</param>
    public async Task<Page<StepsDefinition>> ListDefinitionsAsync(string organizationId, string? name, PageRequest page, CancellationToken ct)
    {
        var matching = Context.Workflows.AsNoTracking().Where(workflow => workflow.OrganizationId == organizationId);
        if (name is not null)
        {
            matching = matching.Where(workflow => workflow.Name == name);
        }

        var workflows = await matching.ToPageAsync(page, workflow => workflow.Id, ct);
        Guid[] listed = [.. workflows.Items.Where(workflow => workflow.Face == WorkflowFace.V1).Select(workflow => workflow.Id)];
        var steps = await Context.WorkflowVersions.AsNoTracking()
            .Where(version => version.OrganizationId == organizationId && listed.Contains(version.WorkflowId) && version.Number == OnlyVersion)
            .ToDictionaryAsync(version => version.WorkflowId, version => version.Document, ct);
        return new([.. workflows.Items.Select(workflow => new StepsDefinition(workflow, steps.GetValueOrDefault(workflow.Id, NoSteps)))], workflows.Total, workflows.HasMore);
    }

    /// <summary>Lets a definition of this face take no more runs, for good; null when the organization has none of that id.</summary>
    public Task<StepsDefinition?> ArchiveDefinitionAsync(string organizationId, Guid definitionId, CancellationToken ct) => WriteAsync(
        $"""
        WITH archived AS (
            UPDATE workflows
               SET status = 'ARCHIVED',
                   updated_at = CASE WHEN status = 'ARCHIVED' THEN updated_at ELSE greatest(updated_at, $3) END
             WHERE organization_id = $1 AND id = $2 AND face = 'V1'
            RETURNING *
        )
        SELECT {Columns}
          FROM archived workflow
          JOIN workflow_versions version
            ON version.organization_id = workflow.organization_id AND version.workflow_id = workflow.id AND version.number = workflow.latest_version
        """,
        organizationId,
        [
            new NpgsqlParameter<string> { TypedValue = organizationId },
            new NpgsqlParameter<Guid> { TypedValue = definitionId },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow().ToMilliseconds() },
        ],
        ct);

    private Task<StepsDefinition?> WriteAsync(string sql, string organizationId, NpgsqlParameter[] parameters, CancellationToken ct)
        => ambient.Connection is { } joined
            ? ExecuteAsync(joined, sql, organizationId, parameters, ct)
            : database.WriteAsync(connection => ExecuteAsync(connection, sql, organizationId, parameters, ct), ct);

    private static async Task<StepsDefinition?> ExecuteAsync(
        NpgsqlConnection connection, string sql, string organizationId, NpgsqlParameter[] parameters, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
        {
            return null;
        }

        var workflow = new Workflow
        {
            OrganizationId = organizationId,
            Id = row.GetGuid(0),
            Face = WireText<WorkflowFace>.Parse(row.GetString(8)),
            Name = row.GetString(1),
            VersionLabel = row.IsDBNull(2) ? null : row.GetString(2),
            Description = row.IsDBNull(3) ? null : row.GetString(3),
            Status = WireText<WorkflowStatus>.Parse(row.GetString(4)),
            LatestVersion = row.IsDBNull(9) ? null : row.GetInt32(9),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(5),
            UpdatedAt = row.GetFieldValue<DateTimeOffset>(6),
        };
        return new(workflow, row.IsDBNull(7) ? NoSteps : row.GetString(7));
    }
}
