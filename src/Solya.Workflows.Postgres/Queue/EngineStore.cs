using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;

namespace Solya.Workflows.Postgres.Queue;

/// <inheritdoc cref="IEngineStore"/>
public sealed class EngineStore : IEngineStore, IAsyncDisposable
{
    private readonly Database _database;
    private readonly GraphStore _graphs;
    private readonly IServiceScopeFactory _scopes;
    private readonly IdGenerator _ids;
    private readonly GroupCommit<RunCommit, CommitReceipt, RunKey> _commits;

    public EngineStore(Database database, GraphStore graphs, IServiceScopeFactory scopes, IdGenerator ids)
    {
        (_database, _graphs, _scopes, _ids) = (database, graphs, scopes, ids);
        _commits = new(database, WriteAsync, commit => commit.Lease.Run);
    }

    public async Task<ClaimedRuns> ClaimAsync(Guid workerId, int most, TimeSpan lease, CancellationToken ct)
    {
        var (leases, now) = await _database.WriteByKeyAsync(connection => ClaimAsync(connection, workerId, most, lease, ct), ct);
        if (leases.Count == 0)
        {
            return new([], now);
        }

        RunKey[] keys = [.. leases.Select(claimed => claimed.Lease.Run)];
        var states = await _database.ReadByKeyAsync(connection => RunStateReader.ReadAsync(connection, keys, ct), ct);
        return new([.. leases.Zip(states, (claimed, state) => new LeasedRun(claimed.Lease, state!, claimed.Claims))], now);
    }

    public async Task<RunState?> ReloadAsync(Lease lease, CancellationToken ct)
    {
        var isHeld = await _database.ReadAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    "SELECT EXISTS (SELECT FROM run_queue WHERE organization_id = $1 AND run_id = $2 AND lease_epoch = $3)", connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = lease.Run.OrganizationId },
                        new NpgsqlParameter<Guid> { TypedValue = lease.Run.RunId },
                        new NpgsqlParameter<long> { TypedValue = lease.Epoch },
                    },
                };
                return (bool)(await command.ExecuteScalarAsync(ct))!;
            },
            ct);
        return isHeld ? (await _database.ReadByKeyAsync(connection => RunStateReader.ReadAsync(connection, [lease.Run], ct), ct))[0] : null;
    }

    public Task<CommitReceipt> CommitAsync(RunCommit commit, CancellationToken ct) => _commits.SubmitAsync(commit, ct);

    public Task<CommitReceipt> CommitWithEffectAsync(RunCommit commit, EffectStart effect, Func<Fact, RunCommit> follow, CancellationToken ct)
        => _database.WriteLongByKeyAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                // The effect runs under the lease that is still held after the first commit.
                var receipt = (await WriteAsync(connection, [commit with { KeepsLease = true }], ct))[0];
                if (receipt.Outcome != CommitOutcome.Applied)
                {
                    return receipt;
                }

                await using var scope = _scopes.CreateAsyncScope();
                var fact = await TableEffects.ExecuteAsync(scope.ServiceProvider, connection, commit.Run, effect, ct);
                receipt = (await WriteAsync(connection, [follow(fact)], ct))[0];
                if (receipt.Outcome == CommitOutcome.Applied)
                {
                    await transaction.CommitAsync(ct);
                }

                return receipt;
            },
            ct);

    public Task CancelAbandonedAsync(RunKey run, CancellationToken ct) => new RunControlRepository(_database).CancelAbandonedAsync(run, ct);

    public Task<IReadOnlyList<RenewedLease>> RenewAsync(IReadOnlyList<Lease> leases, TimeSpan lease, CancellationToken ct)
        => _database.WriteByKeyAsync<IReadOnlyList<RenewedLease>>(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        // The news is what the lock found, not what the statement's snapshot knows: news that came in between
                        // would be wiped out unheard.
                        LeaseCommand(
                            $"""
                            WITH held AS MATERIALIZED (
                                {Held}
                            ), renewed AS (
                                INSERT INTO run_queue (organization_id, run_id, due_at)
                                SELECT organization_id, run_id, clock_timestamp() + $4 FROM held
                                ON CONFLICT (organization_id, run_id) DO UPDATE SET due_at = excluded.due_at, has_news = false
                            )
                            SELECT organization_id, run_id, has_news FROM held
                            """,
                            leases,
                            new NpgsqlParameter<TimeSpan> { TypedValue = lease }),
                    },
                };
                var renewed = new List<RenewedLease>(leases.Count);
                await using var rows = await batch.ExecuteReaderAsync(ct);
                while (await rows.ReadAsync(ct))
                {
                    renewed.Add(new(new(rows.GetString(0), rows.GetGuid(1)), rows.GetBoolean(2)));
                }

                return renewed;
            },
            ct);

    public Task ReleaseAsync(IReadOnlyList<Lease> leases, CancellationToken ct)
        => _database.WriteByKeyAsync(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        LeaseCommand(
                            $"""
                            WITH held AS MATERIALIZED (
                                {Held}
                            )
                            INSERT INTO run_queue (organization_id, run_id, due_at)
                            SELECT organization_id, run_id, clock_timestamp() FROM held
                            ON CONFLICT (organization_id, run_id) DO UPDATE SET due_at = excluded.due_at, lease_epoch = NULL, worker_id = NULL, claims = 0
                            """,
                            leases),
                    },
                };
                return await batch.ExecuteNonQueryAsync(ct);
            },
            ct);

    // Without truncating: that would need a lock which keeps everybody out.
    public Task VacuumAsync(CancellationToken ct)
        => _database.MaintainAsync("VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF, SKIP_LOCKED) run_queue, worker_tasks", ct);

    public Task<DueTimes> LookAsync(CancellationToken ct)
        => _database.ReadAsync(
            async connection =>
            {
                // One statement for all duties: an idle process asks nothing else.
                await using var command = new NpgsqlCommand(LookSql, connection);
                await using var row = await command.ExecuteReaderAsync(ct);
                await row.ReadAsync(ct);
                DateTimeOffset? At(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
                return new DueTimes(row.GetFieldValue<DateTimeOffset>(0), At(1), At(2), At(3), At(4), At(5));
            },
            ct);

    public ValueTask<CompiledGraph> GraphAsync(string organizationId, Guid workflowId, int version, CancellationToken ct)
        => _graphs.FindAsync(organizationId, workflowId, version, ct);

    public ValueTask DisposeAsync() => _commits.DisposeAsync();

    // Locked in the order in which everybody locks. What is then inserted is there already, and becomes an update by key.
    private const string Held =
        """
        SELECT queued.organization_id, queued.run_id, queued.has_news
          FROM (SELECT * FROM unnest($1, $2, $3) AS given(organization_id, run_id, lease_epoch) ORDER BY 1, 2) given
         CROSS JOIN LATERAL (
            SELECT organization_id, run_id, has_news FROM run_queue
             WHERE organization_id = given.organization_id AND run_id = given.run_id AND lease_epoch = given.lease_epoch
               FOR NO KEY UPDATE) queued
        """;

    private const string LookSql =
        """
        WITH RECURSIVE head AS (
            (SELECT organization_id, due_at FROM run_queue WHERE claims >= 0 ORDER BY organization_id, due_at LIMIT 1)
            UNION ALL
            SELECT next.organization_id, next.due_at
              FROM head
             CROSS JOIN LATERAL (
                SELECT organization_id, due_at FROM run_queue
                 WHERE organization_id > head.organization_id AND claims >= 0
                 ORDER BY organization_id, due_at
                 LIMIT 1) next
        )
        SELECT clock_timestamp(),
               (SELECT min(due_at) FROM head),
               (SELECT due_at FROM webhook_deliveries WHERE status = 'PENDING' ORDER BY due_at LIMIT 1),
               (SELECT due_at FROM worker_tasks WHERE lease_token IS NOT NULL AND attempt >= max_attempts ORDER BY due_at LIMIT 1),
               (SELECT schedule_due_at FROM workflows WHERE status = 'ACTIVE' AND schedule_due_at IS NOT NULL ORDER BY schedule_due_at LIMIT 1),
               (SELECT due_at FROM abandoned_runs ORDER BY due_at LIMIT 1)
        """;

    private async Task<CommitReceipt[]> WriteAsync(NpgsqlConnection connection, IReadOnlyList<RunCommit> commits, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { CommitStatement.Lock(commits) } };
        foreach (var side in SideStatements.For(commits, _ids))
        {
            batch.BatchCommands.Add(side);
        }

        batch.BatchCommands.Add(CommitStatement.For(commits));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        do
        {
            // The lock's answer and the last statement's have rows; those between have none.
            if (rows.FieldCount == 4)
            {
                break;
            }
        }
        while (await rows.NextResultAsync(ct));

        var receipts = await CommitStatement.ReadAsync(rows, commits.Count, ct);
        await rows.NextResultAsync(ct); // reads to the end, where a failed commit would say so
        return receipts;
    }

    private static async Task<(List<(Lease Lease, int Claims)> Leases, DateTimeOffset Now)> ClaimAsync(
        NpgsqlConnection connection, Guid workerId, int most, TimeSpan lease, CancellationToken ct)
    {
        var leases = new List<(Lease, int)>();
        DateTimeOffset now = default;
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ClaimStatement.For(workerId, most, lease) } };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            leases.Add((new(new(rows.GetString(0), rows.GetGuid(1)), rows.GetInt64(2)), rows.GetInt32(3)));
            now = rows.GetFieldValue<DateTimeOffset>(4);
        }

        return (leases, now);
    }

    private static NpgsqlBatchCommand LeaseCommand(string sql, IReadOnlyList<Lease> leases, params NpgsqlParameter[] more)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddColumn(NpgsqlDbType.Text, leases, lease => lease.Run.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, leases, lease => lease.Run.RunId);
        command.Parameters.AddColumn(NpgsqlDbType.Bigint, leases, lease => lease.Epoch);
        foreach (var parameter in more)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
