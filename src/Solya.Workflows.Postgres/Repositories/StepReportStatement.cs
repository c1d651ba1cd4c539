using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Events;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Records a group of step reports in one statement: upserts the steps, touches their runs, appends the events. The runs
/// must be locked by the statement before it in the same transaction (<see cref="RunLockStatement"/>): every writer of a
/// run's steps locks the run first, so what this statement reads cannot change under it, and what it answers follows from
/// what it read. LATERAL with OFFSET 0 makes every look-up one probe of a primary key, and a run is written where it was
/// found (ctid): left to itself, the planner may settle for scans while the tables are small, and a prepared statement keeps
/// its plan while they grow.
/// </summary>
internal static class StepReportStatement
{
    // Which runs take a step, and what becomes of them, is the core's decision; it travels with the statement.
    private static readonly (RunStatus From, RunStatus To)[] Moves =
        [.. Enum.GetValues<RunStatus>()
            .Where(from => !from.IsTerminal())
            .Select(from => (from, RunTransitions.Next(from, RunTrigger.StepReported)))
            .Where(move => move.Item2 is not null)
            .Select(move => (move.from, move.Item2!.Value))];

    private static readonly string[] MovesFrom = [.. Moves.Select(move => move.From.Text())];

    private static readonly string[] MovesTo = [.. Moves.Select(move => move.To.Text())];

    private static readonly string ForGroup = Sql(
        touch:
            """
            SELECT run_place, min(to_status) AS to_status, max(received_at) AS received_at,
                   count(*) FILTER (WHERE is_accepted) AS events
              FROM judged
             WHERE to_status IS NOT NULL AND NOT collides
             GROUP BY run_place
            """,
        place: "row_number() OVER (PARTITION BY organization_id, run_id ORDER BY position)");

    // PostgreSQL prepares every part of a statement for each execution: alone, a report does without sorting and counting.
    private static readonly string ForOne = Sql(
        touch:
            """
            SELECT run_place, to_status, received_at, is_accepted::int AS events
              FROM judged
             WHERE to_status IS NOT NULL AND NOT collides
            """,
        place: "1");

    /// <param name="touch">What the reports do to each of their runs.</param>
    /// <param name="place">Of a report among those of its run.</param>
    private static string Sql(string touch, string place) =>
        $"""
        WITH report AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                AS report(position, organization_id, run_id, step_id, node_id, node_type, action_type, resolved_input,
                          status, is_end, started_at, received_at)
        ), judged AS (
            SELECT report.*, run.place AS run_place, run.status AS run_status, run.executor, run.event_sequence, run.to_status,
                   step.status AS step_status, step.retry_count AS step_retry_count,
                   coalesce(step.started_at = report.started_at, false) AS is_redelivery,
                   coalesce(step.node_id <> report.node_id, false) AS collides,
                   run.to_status IS NOT NULL AND NOT coalesce(step.started_at = report.started_at, false)
                        AND coalesce(step.node_id = report.node_id, true) AS is_accepted
              FROM report
             CROSS JOIN LATERAL (
                SELECT ctid AS place, status, executor, event_sequence,
                       CASE WHEN executor = 'EXTERNAL' THEN ($14::text[])[array_position($13::text[], status::text)] END AS to_status
                  FROM workflow_runs
                 WHERE organization_id = report.organization_id AND id = report.run_id
                OFFSET 0) run
              LEFT JOIN LATERAL (
                SELECT status, retry_count, started_at, node_id FROM workflow_run_steps
                 WHERE organization_id = report.organization_id AND run_id = report.run_id AND id = report.step_id
                OFFSET 0) step ON true
        ), recorded AS (
            INSERT INTO workflow_run_steps AS step (
                organization_id, run_id, id, node_id, node_type, action_type, status, retry_count, resolved_input,
                started_at, completed_at, duration_ms, created_at, updated_at)
            SELECT organization_id, run_id, step_id, node_id, node_type, action_type, status, 0, resolved_input::json,
                   coalesce(started_at, received_at),
                   CASE WHEN is_end THEN received_at END,
                   CASE WHEN is_end THEN greatest(0, (extract(epoch FROM received_at - coalesce(started_at, received_at)) * 1000)::bigint) END,
                   received_at, received_at
              FROM judged
             WHERE is_accepted
             ORDER BY organization_id, run_id, step_id
            ON CONFLICT (organization_id, run_id, id) DO UPDATE SET
                node_type = excluded.node_type,
                action_type = excluded.action_type,
                status = excluded.status,
                resolved_input = excluded.resolved_input,
                output = NULL,
                error_code = NULL,
                error_message = NULL,
                error_details = NULL,
                logs = NULL,
                started_at = excluded.started_at,
                completed_at = excluded.completed_at,
                duration_ms = excluded.duration_ms,
                swept_from = NULL,
                updated_at = excluded.updated_at
        ), touched AS (
            UPDATE workflow_runs run
               SET status = touch.to_status,
                   last_heartbeat_at = date_trunc('milliseconds', clock_timestamp()),
                   started_at = CASE WHEN touch.to_status = 'RUNNING' THEN coalesce(run.started_at, touch.received_at) ELSE run.started_at END,
                   updated_at = greatest(run.updated_at, touch.received_at),
                   event_sequence = run.event_sequence + touch.events
              FROM ({touch}) touch
             WHERE run.ctid = touch.run_place
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, step_id, status, created_at)
            SELECT organization_id, run_id, event_sequence + {place},
                   '{RunEventTypes.StepReported}', step_id, status, received_at
              FROM judged
             WHERE is_accepted
        )
        SELECT position, run_status, to_status IS NOT NULL AS is_open, is_redelivery, collides,
               CASE WHEN is_accepted THEN status ELSE step_status END, coalesce(step_retry_count, 0),
               executor = 'ENGINE' AS is_engines
          FROM judged
        """;

    public static NpgsqlBatchCommand For(IReadOnlyList<StepReport> reports)
    {
        var command = new NpgsqlBatchCommand(reports.Count == 1 ? ForOne : ForGroup);
        var columns = command.Parameters;
        columns.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Enumerable.Range(0, reports.Count)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        columns.AddColumn(NpgsqlDbType.Text, reports, report => report.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, reports, report => report.RunId);
        columns.AddColumn(NpgsqlDbType.Uuid, reports, report => report.StepId);
        columns.AddColumn(NpgsqlDbType.Text, reports, report => report.NodeId);
        columns.AddColumn(NpgsqlDbType.Text, reports, report => report.NodeType.Text());
        columns.AddColumn(NpgsqlDbType.Text, reports, report => report.ActionType?.Text());
        columns.AddColumn(NpgsqlDbType.Text, reports, report => report.ResolvedInput);
        columns.AddColumn(NpgsqlDbType.Text, reports, report => report.Status.Text());
        columns.AddColumn(NpgsqlDbType.Boolean, reports, report => report.Status.IsTerminal());
        columns.AddColumn(NpgsqlDbType.TimestampTz, reports, report => report.StartedAt);
        columns.AddColumn(NpgsqlDbType.TimestampTz, reports, report => report.ReceivedAt);
        columns.Add(new NpgsqlParameter<string[]> { TypedValue = MovesFrom, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        columns.Add(new NpgsqlParameter<string[]> { TypedValue = MovesTo, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        return command;
    }

    /// <summary>
    /// Reads the statement's answer, in the order of the reports. Null means that the run has FAILED and has to be reopened
    /// before the report can be recorded.
    /// </summary>
    public static async Task<StepReceipt?[]> ReadAsync(NpgsqlDataReader rows, IReadOnlyList<StepReport> reports, CancellationToken ct)
    {
        // A report that the answer does not mention names a run that is not there.
        var receipts = new StepReceipt?[reports.Count];
        Array.Fill(receipts, new StepReceipt(StepOutcome.RunNotFound));
        while (await rows.ReadAsync(ct))
        {
            var position = rows.GetInt32(0);
            receipts[position] = ReceiptOf(rows, reports[position].StepId);
        }

        return receipts;
    }

    private static StepReceipt? ReceiptOf(NpgsqlDataReader row, Guid stepId)
    {
        if (row.GetBoolean(7))
        {
            return new StepReceipt(StepOutcome.RunNotActive);
        }

        var isOpen = row.GetBoolean(2);
        var isRedelivery = row.GetBoolean(3);
        if (row.GetBoolean(4))
        {
            return new StepReceipt(StepOutcome.NodeIdCollides);
        }

        if (isOpen || isRedelivery)
        {
            return new StepReceipt(StepOutcome.Recorded, stepId, WireText<StepStatus>.Parse(row.GetString(5)), row.GetInt64(6));
        }

        var runStatus = WireText<RunStatus>.Parse(row.GetString(1));
        return RunTransitions.Next(runStatus, RunTrigger.StepReported) is null
            ? new StepReceipt(StepOutcome.RunNotActive)
            : null;
    }
}
