using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Events;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Runs that an outside executor reports: started, patched, heard of, read.</summary>
public sealed class RunRepository(
    Lazy<WorkflowsContext> lazyContext, Database database, AmbientTransaction ambient, IdGenerator ids, LongLists longLists, RunReads reads)
{
    // The hot paths speak SQL and never ask for a context.
    private WorkflowsContext Context => lazyContext.Value;

    private static readonly string[] TakesHeartbeats =
        [.. Enum.GetValues<RunStatus>().Where(status => RunTransitions.Next(status, RunTrigger.HeartbeatHeard) is not null).Select(status => status.Text())];

    /// <summary>Starts a run; a repeat with the same external id answers the run that has it, as it is now.</summary>
    public async Task<RunReceipt> StartRunAsync(RunStart start, CancellationToken ct)
    {
        while (true)
        {
            var receipt = await WriteAsync(connection => TryStartAsync(connection, start, ct), ct);
            if (receipt is not null)
            {
                return receipt.Value;
            }

            // Another request with the same external id committed in between; the next look finds its run.
        }
    }

    /// <summary>Applies an executor's news of a run.</summary>
    public async Task<RunReceipt> PatchRunAsync(RunPatch patch, CancellationToken ct)
    {
        // No keyed request comes here: the transaction is always this method's own.
        await using var transaction = await Context.BeginWritingAsync(ct);

        var run = await LockAsync(patch.OrganizationId, patch.RunId, ct);
        if (run is null)
        {
            return new(RunOutcome.RunNotFound);
        }

        if (run.Executor == RunExecutor.Engine)
        {
            return new(RunOutcome.RunNotActive);
        }

        if (patch.IsEmpty)
        {
            return new(RunOutcome.Recorded, run);
        }

        if (run.SweptFrom is not null)
        {
            await ReopenAsync(run, "The executor reported on the run after the sweep had declared it dead.", patch.ReceivedAt, ct);
        }

        var outcome = Apply(patch, run);
        if (outcome != RunOutcome.Recorded)
        {
            return new(outcome); // the transaction rolls back, and with it a reopening
        }

        await Context.SaveChangesAsync(ct);
        if (!run.Status.IsTerminal())
        {
            // By the database's clock, which is the sweep's.
            await Context.Database.ExecuteSqlAsync(
                $"""
                UPDATE workflow_runs
                   SET last_heartbeat_at = date_trunc('milliseconds', clock_timestamp())
                 WHERE organization_id = {run.OrganizationId} AND id = {run.Id}
                """,
                ct);
        }

        await transaction.CommitAsync(ct);
        return new(RunOutcome.Recorded, run);
    }

    /// <summary>Notes that the executor is alive. A run that the sweep had declared dead goes on.</summary>
    public async Task<RunReceipt> HearHeartbeatAsync(string organizationId, Guid runId, DateTimeOffset now, CancellationToken ct)
    {
        while (true)
        {
            var (isHeard, run) = await WriteAsync(connection => BeatAsync(connection, organizationId, runId, now, ct), ct);
            if (run is null)
            {
                return new(RunOutcome.RunNotFound);
            }

            if (isHeard)
            {
                return new(RunOutcome.Recorded, run);
            }

            if (run.Executor == RunExecutor.Engine)
            {
                return new(RunOutcome.RunNotActive);
            }

            if (run.SweptFrom is not null)
            {
                return await ReviveAsync(organizationId, runId, now, ct);
            }

            if (RunTransitions.Next(run.Status, RunTrigger.HeartbeatHeard) is null)
            {
                return new(RunOutcome.RunNotActive);
            }

            // The run ended while the beat waited for its row, and the statement still saw it as it was; the next one knows.
        }
    }

    /// <summary>One run with its steps by their start, or null when the organization has none of that id.</summary>
    public Task<Run?> FindRunAsync(string organizationId, Guid runId, CancellationToken ct)
        => reads.FindAsync(organizationId, runId, ct);

    /// <summary>Runs of an organization, newest first, without their steps.</summary>
    public async Task<Page<Run>> ListRunsAsync(RunFilter filter, PageRequest page, CancellationToken ct)
    {
        var known = longLists.CountedOf(filter);
        var list = await Context.Runs.AsNoTracking().Matching(filter).ToPageAsync(page, run => run.Id, ct, known);
        if (known is null)
        {
            longLists.Counted(filter, list.Counted);
        }

        return list;
    }

    /// <summary>The ids of the newest runs that match and have one of the statuses, newest first.</summary>
    public Task<List<Guid>> PickRunsAsync(RunFilter filter, IReadOnlyList<RunStatus> among, int most, CancellationToken ct)
        => Context.Runs.AsNoTracking().Matching(filter)
            .Where(run => EF.Constant(among).Contains(run.Status))
            .OrderByDescending(run => run.Id)
            .Select(run => run.Id)
            .Take(most)
            .ToListAsync(ct);

    private Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => ambient.Connection is { } joined ? write(joined) : database.WriteAsync(write, ct);

    private async Task<RunReceipt?> TryStartAsync(NpgsqlConnection connection, RunStart start, CancellationToken ct)
    {
        var (id, createdAt) = ids.Next();
        await using var command = new NpgsqlCommand(
            $"""
            WITH known AS (
                SELECT id, status, created_at, workflow_id FROM workflow_runs WHERE organization_id = $1 AND external_run_id = $4
            ), workflow AS (
                SELECT status = 'ACTIVE' AND face = 'DATA_PLATFORM' AS takes_runs FROM workflows WHERE organization_id = $1 AND id = $3
            ), started AS (
                INSERT INTO workflow_runs (organization_id, id, workflow_id, external_run_id, executor, status, trigger_context,
                                           heartbeat_interval_seconds, last_heartbeat_at, event_sequence, created_at, updated_at)
                SELECT $1, $2, $3, $4, 'EXTERNAL', 'PENDING', $5, $6, date_trunc('milliseconds', clock_timestamp()), 1, $7, $7
                 WHERE NOT EXISTS (SELECT FROM known)
                   AND ($3 IS NULL OR EXISTS (SELECT FROM workflow WHERE takes_runs))
                ON CONFLICT (organization_id, external_run_id) WHERE external_run_id IS NOT NULL DO NOTHING
                RETURNING id
            ), history AS (
                INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, created_at)
                SELECT $1, id, 1, '{RunEventTypes.RunCreated}', 'PENDING', $7 FROM started
            )
            SELECT EXISTS (SELECT FROM started), (SELECT takes_runs FROM workflow), known.id, known.status, known.created_at, known.workflow_id
              FROM (SELECT) one LEFT JOIN known ON true
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = start.OrganizationId, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter { Value = id, NpgsqlDbType = NpgsqlDbType.Uuid },
                new NpgsqlParameter { Value = (object?)start.WorkflowId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new NpgsqlParameter { Value = (object?)start.ExternalRunId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter { Value = (object?)start.TriggerContext ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
                new NpgsqlParameter { Value = (object?)start.HeartbeatIntervalSeconds ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                new NpgsqlParameter { Value = createdAt, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        if (row.GetBoolean(0))
        {
            return new(RunOutcome.Recorded, new Run
            {
                OrganizationId = start.OrganizationId,
                Id = id,
                WorkflowId = start.WorkflowId,
                Status = RunStatus.Pending,
                CreatedAt = createdAt,
            });
        }

        if (!row.IsDBNull(2))
        {
            return new(RunOutcome.Recorded, new Run
            {
                OrganizationId = start.OrganizationId,
                Id = row.GetGuid(2),
                Status = WireText<RunStatus>.Parse(row.GetString(3)),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(4),
                WorkflowId = row.IsDBNull(5) ? null : row.GetGuid(5),
            });
        }

        if (start.WorkflowId is null)
        {
            return null;
        }

        return row.IsDBNull(1)
            ? new(RunOutcome.WorkflowNotFound)
            : row.GetBoolean(1) ? null : new(RunOutcome.WorkflowNotActive);
    }

    // 'depth >= 0' holds for every run: it is the condition of the index on the id alone.
    private Task<Run?> LockAsync(string? organizationId, Guid runId, CancellationToken ct)
        => (organizationId is null
            ? Context.Runs.FromSql($"SELECT * FROM workflow_runs WHERE id = {runId} AND depth >= 0 FOR NO KEY UPDATE")
            : Context.Runs.FromSql($"SELECT * FROM workflow_runs WHERE organization_id = {organizationId} AND id = {runId} FOR NO KEY UPDATE"))
            .SingleOrDefaultAsync(ct);

    private async Task ReopenAsync(Run run, string reason, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)Context.Database.GetDbConnection())
        {
            BatchCommands = { ReopenStatement.For(run.OrganizationId, run.Id, reason, now) },
        };
        await batch.ExecuteNonQueryAsync(ct);
        await Context.Entry(run).ReloadAsync(ct);
    }

    private RunOutcome Apply(RunPatch patch, Run run)
    {
        var before = run.Status;
        if (patch.Status is { } reported)
        {
            if (RunTransitions.Next(before, RunTransitions.TriggerOf(reported)) is not { } next)
            {
                return RunOutcome.RunNotActive;
            }

            run.Status = next;
        }

        if (run.Status.IsTerminal())
        {
            // A repeat of an end keeps the time that the first one set.
            run.CompletedAt = patch.CompletedAt ?? run.CompletedAt ?? patch.ReceivedAt;
        }
        else if (patch.CompletedAt is not null)
        {
            return RunOutcome.CompletedAtWithoutEnd;
        }
        else
        {
            run.CompletedAt = null;
        }

        if (run.Status == RunStatus.Running)
        {
            run.StartedAt ??= patch.ReceivedAt;
        }

        var isReopened = before == RunStatus.Failed && run.Status == RunStatus.Running;
        if (isReopened)
        {
            (run.ErrorCode, run.ErrorMessage, run.ErrorDetails) = (null, null, null);
        }

        run.ErrorCode = patch.ErrorCode.IsGiven ? patch.ErrorCode.Value : run.ErrorCode;
        run.ErrorMessage = patch.ErrorMessage.IsGiven ? patch.ErrorMessage.Value : run.ErrorMessage;
        run.OutputSummary = patch.OutputSummary.IsGiven ? patch.OutputSummary.Value : run.OutputSummary;
        run.TriggerContext = patch.TriggerContext.IsGiven ? patch.TriggerContext.Value : run.TriggerContext;
        run.UpdatedAt = patch.ReceivedAt > run.UpdatedAt ? patch.ReceivedAt : run.UpdatedAt;
        run.EventSequence++;
        Context.Events.Add(new RunEvent
        {
            OrganizationId = run.OrganizationId,
            RunId = run.Id,
            Sequence = run.EventSequence,
            EventType = isReopened ? RunEventTypes.RunReopened : RunEventTypes.RunReported,
            Status = run.Status.Text(),
            Payload = isReopened ? """{"reason":"The executor retries the run."}""" : null,
            CreatedAt = patch.ReceivedAt,
        });
        return RunOutcome.Recorded;
    }

    private static async Task<(bool IsHeard, Run? Run)> BeatAsync(
        NpgsqlConnection connection, string organizationId, Guid runId, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH beat AS (
                UPDATE workflow_runs
                   SET last_heartbeat_at = date_trunc('milliseconds', clock_timestamp()), updated_at = greatest(updated_at, $4)
                 WHERE organization_id = $1 AND id = $2 AND executor = 'EXTERNAL' AND status = ANY ($3)
                RETURNING status, heartbeat_interval_seconds, last_heartbeat_at, swept_from, true, executor
            )
            SELECT * FROM beat
             UNION ALL
            SELECT status, heartbeat_interval_seconds, last_heartbeat_at, swept_from, false, executor
              FROM workflow_runs
             WHERE organization_id = $1 AND id = $2 AND NOT EXISTS (SELECT FROM beat)
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = runId },
                new NpgsqlParameter<string[]> { TypedValue = TakesHeartbeats },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
        {
            return (false, null);
        }

        return (row.GetBoolean(4), new Run
        {
            OrganizationId = organizationId,
            Id = runId,
            Status = WireText<RunStatus>.Parse(row.GetString(0)),
            HeartbeatIntervalSeconds = row.IsDBNull(1) ? null : row.GetInt32(1),
            LastHeartbeatAt = row.GetFieldValue<DateTimeOffset>(2),
            SweptFrom = row.IsDBNull(3) ? null : WireText<RunStatus>.Parse(row.GetString(3)),
            Executor = WireText<RunExecutor>.Parse(row.GetString(5)),
        });
    }

    private async Task<RunReceipt> ReviveAsync(string organizationId, Guid runId, DateTimeOffset now, CancellationToken ct)
    {
        var (isHeard, run) = await WriteAsync(
            async connection =>
            {
                // Nothing happens if somebody else revived or retried it meanwhile; the beat then goes through.
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        RunLockStatement.For(organizationId, runId),
                        ReopenStatement.ForSwept(organizationId, runId, "A heartbeat arrived after the sweep had declared the run dead.", now),
                    },
                };
                await batch.ExecuteNonQueryAsync(ct);
                return await BeatAsync(connection, organizationId, runId, now, ct);
            },
            ct);
        return isHeard ? new(RunOutcome.Recorded, run) : new(RunOutcome.RunNotActive);
    }
}
