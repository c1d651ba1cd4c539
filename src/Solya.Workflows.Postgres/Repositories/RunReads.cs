using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Where readers of runs gather: those who wait at the same time are answered by one round trip, as writes are by a group
/// commit. A group is sent after its last request came in, so everybody sees what was committed before they asked. A long
/// run is read by itself, so that nobody waits for the steps of another's.
/// </summary>
public sealed class RunReads : IAsyncDisposable
{
    private readonly Database _database;
    private readonly GroupCommit<Request, Run?, Request> _groups;

    public RunReads(Database database)
    {
        _database = database;
        _groups = new(database, ReadAsync, request => request, writing: false); // two requests for one run may share a group
    }

    /// <summary>The run with its steps, oldest first; null when the organization has none of that id.</summary>
    internal async Task<Run?> FindAsync(string organizationId, Guid runId, CancellationToken ct)
    {
        var run = await _groups.SubmitAsync(new Request(organizationId, runId), ct);
        return run is { Steps.Count: > RunReader.MostStepsInGroup }
            ? await _database.ReadAsync(connection => RunReader.FindAsync(connection, organizationId, runId, ct), ct)
            : run;
    }

    public ValueTask DisposeAsync() => _groups.DisposeAsync();

    private static async Task<Run?[]> ReadAsync(NpgsqlConnection connection, IReadOnlyList<Request> requests, CancellationToken ct)
    {
        var runs = new Run?[requests.Count];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Command(RunReader.RunsOfGroupSql, requests), Command(RunReader.StepsOfGroupSql, requests) },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var position = rows.GetInt32(RunReader.PositionOfRun);
            runs[position] = RunReader.RunOf(rows, requests[position].OrganizationId, requests[position].RunId);
        }

        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var position = rows.GetInt32(RunReader.PositionOfStep);
            runs[position]?.Steps.Add(RunReader.StepOf(rows, requests[position].OrganizationId, requests[position].RunId));
        }

        return runs;
    }

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<Request> requests)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int[]>
        {
            TypedValue = [.. Enumerable.Range(0, requests.Count)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer,
        });
        command.Parameters.AddColumn(NpgsqlDbType.Text, requests, request => request.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, requests, request => request.RunId);
        return command;
    }

    private sealed class Request(string organizationId, Guid runId)
    {
        public string OrganizationId { get; } = organizationId;

        public Guid RunId { get; } = runId;
    }
}
