using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Solya.Workflows.Definitions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>Compiled definitions. A version never changes, so what was compiled once stays right.</summary>
public sealed class GraphStore(Database database)
{
    // Past this the cache begins anew: a process that serves more definitions than that compiles some again.
    private const int Most = 5_000;

    private readonly ConcurrentDictionary<(string OrganizationId, Guid WorkflowId, int Version), CompiledGraph> _compiled = new();

    /// <summary>The graph of a version that exists.</summary>
    public async ValueTask<CompiledGraph> FindAsync(string organizationId, Guid workflowId, int version, CancellationToken ct)
    {
        if (_compiled.TryGetValue((organizationId, workflowId, version), out var known))
        {
            return known;
        }

        var stored = await database.ReadAsync(connection => DocumentAsync(connection, organizationId, workflowId, version, ct), ct);
        var graph = stored is { } found
            ? Compile(found.Format, found.Document)
            : new CompiledGraph(null, [new("document", "MISSING", "The stored definition is gone.")]);
        if (_compiled.Count >= Most)
        {
            _compiled.Clear();
        }

        return _compiled[(organizationId, workflowId, version)] = graph;
    }

    private static CompiledGraph Compile(WorkflowFormat format, string document)
    {
        var root = JsonElement.Parse(document);
        return format switch
        {
            WorkflowFormat.Steps => StepsCompiler.Compile(root),
            WorkflowFormat.Graph => GraphCompiler.Compile(root),
        };
    }

    private static async Task<(WorkflowFormat Format, string Document)?> DocumentAsync(NpgsqlConnection connection, string organizationId, Guid workflowId, int version, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT format, document FROM workflow_versions WHERE organization_id = $1 AND workflow_id = $2 AND number = $3", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = workflowId },
                new NpgsqlParameter<int> { TypedValue = version },
            },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (WireText<WorkflowFormat>.Parse(row.GetString(0)), row.GetString(1)) : null;
    }
}
