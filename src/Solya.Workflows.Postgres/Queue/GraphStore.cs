using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Solya.Workflows.Graphs;

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

        var document = await database.ReadAsync(connection => DocumentAsync(connection, organizationId, workflowId, version, ct), ct);
        var graph = document is null
            ? new CompiledGraph(null, [new("steps", "MISSING", "The stored definition is gone.")])
            : Compile(document);
        if (_compiled.Count >= Most)
        {
            _compiled.Clear();
        }

        return _compiled[(organizationId, workflowId, version)] = graph;
    }

    private static CompiledGraph Compile(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        var definition = parsed.RootElement.Clone();
        // A list of steps, or an object of nodes and edges.
        return definition.ValueKind == JsonValueKind.Object ? GraphCompiler.Compile(definition) : StepsCompiler.Compile(definition);
    }

    private static async Task<string?> DocumentAsync(NpgsqlConnection connection, string organizationId, Guid workflowId, int version, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT document FROM workflow_versions WHERE organization_id = $1 AND workflow_id = $2 AND number = $3", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = workflowId },
                new NpgsqlParameter<int> { TypedValue = version },
            },
        };
        return (string?)await command.ExecuteScalarAsync(ct);
    }
}
