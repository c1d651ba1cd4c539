using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Events;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Finds the runs of which nothing was heard in time, and declares them dead.</summary>
public sealed class ZombieRepository(Database database)
{
    // Only these statuses can be swept: the core says so, and ix_workflow_runs_watched holds no others.
    private const string Overdue =
        """
        SELECT organization_id, id, status, last_heartbeat_at, deadline
          FROM (SELECT run.*,
                       last_heartbeat_at + CASE WHEN status = 'PENDING' THEN $1
                                                ELSE coalesce(make_interval(secs => heartbeat_interval_seconds * $3), $2) END AS deadline
                  FROM workflow_runs run
                 WHERE executor = 'EXTERNAL' AND status IN ('PENDING', 'RUNNING') AND ($4::text IS NULL OR organization_id = $4)) watched
         WHERE deadline < clock_timestamp()
         ORDER BY last_heartbeat_at
         LIMIT $5
        """;

    private const string Look =
        $"""
        SELECT overdue.id, overdue.organization_id, overdue.last_heartbeat_at, overdue.deadline,
               (SELECT count(*)::int FROM workflow_run_steps step
                 WHERE step.organization_id = overdue.organization_id AND step.run_id = overdue.id AND step.status IN ('PENDING', 'RUNNING'))
          FROM ({Overdue}) overdue
         ORDER BY overdue.last_heartbeat_at
        """;

    // SKIP LOCKED: a run that another sweep is taking, or that is being reported on right now, is not ours to judge. The
    // lock is taken on the newest version of the row, and the deadline is asked again of that version.
    private const string Sweep =
        $$"""
        WITH overdue AS MATERIALIZED (
            {{Overdue}}
               FOR NO KEY UPDATE SKIP LOCKED
        ), evidence AS MATERIALIZED (
            SELECT organization_id, id, status, last_heartbeat_at, deadline, date_trunc('milliseconds', clock_timestamp()) AS swept_at
              FROM overdue
        ), verdict AS MATERIALIZED (
            SELECT evidence.*,
                   json_build_object(
                       'lastHeartbeatAt', to_char(last_heartbeat_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                       'deadline', to_char(deadline AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                       'sweptAt', to_char(swept_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS details
              FROM evidence
        ), steps AS (
            UPDATE workflow_run_steps step
               SET status = 'FAILED',
                   swept_from = step.status,
                   error_code = '{{RunErrorCodes.ZombieRun}}',
                   error_message = 'Nothing was heard of the run before its deadline.',
                   error_details = verdict.details,
                   completed_at = verdict.swept_at,
                   duration_ms = greatest(0, (extract(epoch FROM verdict.swept_at - step.started_at) * 1000)::bigint),
                   updated_at = verdict.swept_at
              FROM verdict
             WHERE step.organization_id = verdict.organization_id AND step.run_id = verdict.id AND step.status IN ('PENDING', 'RUNNING')
            RETURNING step.organization_id, step.run_id
        ), runs AS (
            UPDATE workflow_runs run
               SET status = 'FAILED',
                   swept_from = run.status,
                   error_code = '{{RunErrorCodes.ZombieRun}}',
                   error_message = 'Nothing was heard of the run before its deadline.',
                   error_details = verdict.details,
                   completed_at = verdict.swept_at,
                   updated_at = verdict.swept_at,
                   event_sequence = run.event_sequence + 1
              FROM verdict
             WHERE run.organization_id = verdict.organization_id AND run.id = verdict.id
            RETURNING run.organization_id, run.id, run.event_sequence, verdict.last_heartbeat_at, verdict.deadline, verdict.details, verdict.swept_at
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, payload, created_at)
            SELECT organization_id, id, event_sequence, '{{RunEventTypes.RunSwept}}', 'FAILED', details, swept_at FROM runs
        )
        SELECT runs.id, runs.organization_id, runs.last_heartbeat_at, runs.deadline,
               (SELECT count(*)::int FROM steps WHERE steps.organization_id = runs.organization_id AND steps.run_id = runs.id)
          FROM runs
         ORDER BY runs.last_heartbeat_at
        """;

    /// <summary>One transaction for the whole batch; a dry run only looks. Oldest silence first.</summary>
    public Task<IReadOnlyList<ZombieRun>> SweepZombiesAsync(ZombieSweep sweep, CancellationToken ct)
        => sweep.DryRun
            ? database.ReadLongAsync(connection => RunAsync(connection, Look, sweep, ct), ct)
            : database.WriteLongAsync(connection => RunAsync(connection, Sweep, sweep, ct), ct);

    private Task<IReadOnlyList<ZombieRun>> RunAsync(NpgsqlConnection connection, string sql, ZombieSweep sweep, CancellationToken ct)
        => connection.ExecuteBulkAsync(
            database.Options,
            [
                new NpgsqlBatchCommand(sql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<TimeSpan> { TypedValue = sweep.Rules.PendingAfter },
                        new NpgsqlParameter<TimeSpan> { TypedValue = sweep.Rules.After },
                        new NpgsqlParameter<int> { TypedValue = ZombieRules.MissedHeartbeats },
                        new NpgsqlParameter { Value = (object?)sweep.OrganizationId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                        new NpgsqlParameter<int> { TypedValue = sweep.Limit },
                    },
                },
            ],
            rows => ReadAsync(rows, ct),
            ct);

    private static async Task<IReadOnlyList<ZombieRun>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var zombies = new List<ZombieRun>();
        while (await rows.ReadAsync(ct))
        {
            zombies.Add(new(
                rows.GetGuid(0), rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2), rows.GetFieldValue<DateTimeOffset>(3), rows.GetInt32(4)));
        }

        return zombies;
    }
}
