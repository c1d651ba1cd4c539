using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Events;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Applies a group of step patches, each to another step, in one statement: updates the steps, touches their runs, appends
/// the events. The runs must be locked by the statement before it (<see cref="RunLockStatement"/>).
/// </summary>
internal static class StepPatchStatement
{
    // What the core refuses of an attempt that is already known; it travels with the statement.
    private static readonly (StepStatus Recorded, StepStatus Reported)[] Refused =
        [.. from recorded in Enum.GetValues<StepStatus>()
            from reported in Enum.GetValues<StepStatus>()
            where StepTransitions.Next(recorded, StepTransitions.TriggerOf(reported, newAttempt: false)) is null
            select (recorded, reported)];

    private static readonly string[] RefusedRecorded = [.. Refused.Select(pair => pair.Recorded.Text())];

    private static readonly string[] RefusedReported = [.. Refused.Select(pair => pair.Reported.Text())];

    private static readonly string ForGroup = Sql(
        touch: "SELECT run_place, max(received_at) AS received_at, count(*) AS events FROM applied GROUP BY run_place",
        place: "row_number() OVER (PARTITION BY organization_id, run_id ORDER BY position)");

    // As with reports: alone, a patch does without sorting and counting.
    private static readonly string ForOne = Sql(
        touch: "SELECT run_place, received_at, 1 AS events FROM applied",
        place: "1");

    /// <param name="touch">What the patches do to each of their runs.</param>
    /// <param name="place">Of a patch among those of its run.</param>
    private static string Sql(string touch, string place) =>
        $"""
        WITH patch AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
                AS patch(position, organization_id, step_id, lowest_run_id, highest_run_id, is_empty, status, is_end,
                         completed_at, retry_count, output_given, output, error_code_given, error_code,
                         error_message_given, error_message, error_details_given, error_details, logs_given, logs, received_at)
        ), refused AS (
            SELECT * FROM unnest($22, $23) AS refused(recorded, reported)
        ), judged AS (
            SELECT patch.*, run.place AS run_place, step.place AS step_place, run.swept_from IS NOT NULL AS is_swept, run.executor = 'ENGINE' AS is_engines, run.event_sequence,
                   step.run_id, step.status AS step_status, step.retry_count AS step_retry_count, step.completed_at AS step_completed_at, step.duration_ms AS step_duration_ms,
                   CASE WHEN patch.status IS NOT NULL AND NOT patch.is_end THEN NULL
                        WHEN patch.completed_at IS NOT NULL THEN patch.completed_at
                        WHEN patch.is_end THEN coalesce(step.completed_at, patch.received_at)
                        ELSE step.completed_at END AS next_completed_at,
                   run.executor = 'EXTERNAL'
                        AND coalesce(patch.retry_count >= step.retry_count, true)
                        AND (coalesce(patch.retry_count > step.retry_count, false)
                             OR (step.status, coalesce(patch.status, '')) NOT IN (SELECT recorded, reported FROM refused)) AS is_accepted
              FROM patch
             CROSS JOIN LATERAL (
                SELECT ctid AS place, id, status, executor, swept_from, event_sequence FROM workflow_runs
                 WHERE organization_id = patch.organization_id AND id BETWEEN patch.lowest_run_id AND patch.highest_run_id
                OFFSET 0) run
             CROSS JOIN LATERAL (
                SELECT ctid AS place, run_id, status, retry_count, completed_at, duration_ms FROM workflow_run_steps
                 WHERE organization_id = patch.organization_id AND run_id = run.id AND id = patch.step_id
                OFFSET 0) step
        ), applied AS (
            SELECT * FROM judged WHERE is_accepted AND NOT is_swept AND NOT is_empty
        ), recorded AS (
            UPDATE workflow_run_steps step
               SET status = coalesce(applied.status, step.status),
                   completed_at = applied.next_completed_at,
                   duration_ms = CASE WHEN applied.next_completed_at IS NOT NULL
                                      THEN greatest(0, (extract(epoch FROM applied.next_completed_at - step.started_at) * 1000)::bigint) END,
                   retry_count = coalesce(applied.retry_count, step.retry_count),
                   output = CASE WHEN applied.output_given THEN applied.output::json ELSE step.output END,
                   error_code = CASE WHEN applied.error_code_given THEN applied.error_code ELSE step.error_code END,
                   error_message = CASE WHEN applied.error_message_given THEN applied.error_message ELSE step.error_message END,
                   error_details = CASE WHEN applied.error_details_given THEN applied.error_details::json ELSE step.error_details END,
                   logs = CASE WHEN applied.logs_given THEN applied.logs ELSE step.logs END,
                   updated_at = greatest(step.updated_at, applied.received_at)
              FROM applied
             WHERE step.ctid = applied.step_place
            RETURNING applied.position, step.status, step.retry_count, step.completed_at, step.duration_ms
        ), touched AS (
            UPDATE workflow_runs run
               SET last_heartbeat_at = CASE WHEN run.completed_at IS NULL THEN date_trunc('milliseconds', clock_timestamp()) ELSE run.last_heartbeat_at END,
                   updated_at = greatest(run.updated_at, touch.received_at),
                   event_sequence = run.event_sequence + touch.events
              FROM ({touch}) touch
             WHERE run.ctid = touch.run_place
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, step_id, status, created_at)
            SELECT organization_id, run_id, event_sequence + {place},
                   '{RunEventTypes.StepPatched}', step_id, coalesce(status, step_status), received_at
              FROM applied
        )
        SELECT position, true AS is_accepted, false AS needs_reopening, status, retry_count, completed_at, duration_ms, false AS is_engines
          FROM recorded
         UNION ALL
        SELECT position, is_accepted, is_swept AND NOT is_empty, step_status, step_retry_count, step_completed_at, step_duration_ms, is_engines
          FROM judged
         WHERE NOT (is_accepted AND NOT is_swept AND NOT is_empty)
        """;

    public static NpgsqlBatchCommand For(IReadOnlyList<StepPatch> patches)
    {
        var command = new NpgsqlBatchCommand(patches.Count == 1 ? ForOne : ForGroup);
        var columns = command.Parameters;
        columns.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Enumerable.Range(0, patches.Count)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, patches, patch => patch.StepId);
        columns.AddColumn(NpgsqlDbType.Uuid, patches, patch => StepIds.RunRangeOf(patch.StepId).Lowest);
        columns.AddColumn(NpgsqlDbType.Uuid, patches, patch => StepIds.RunRangeOf(patch.StepId).Highest);
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.IsEmpty);
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.Status?.Text());
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.Status?.IsTerminal() ?? false);
        columns.AddColumn(NpgsqlDbType.TimestampTz, patches, patch => patch.CompletedAt);
        columns.AddColumn(NpgsqlDbType.Bigint, patches, patch => patch.RetryCount);
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.Output.IsGiven);
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.Output.Value);
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.ErrorCode.IsGiven);
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.ErrorCode.Value);
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.ErrorMessage.IsGiven);
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.ErrorMessage.Value);
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.ErrorDetails.IsGiven);
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.ErrorDetails.Value);
        columns.AddColumn(NpgsqlDbType.Boolean, patches, patch => patch.Logs.IsGiven);
        columns.AddColumn(NpgsqlDbType.Text, patches, patch => patch.Logs.Value);
        columns.AddColumn(NpgsqlDbType.TimestampTz, patches, patch => patch.ReceivedAt);
        columns.Add(new NpgsqlParameter<string[]> { TypedValue = RefusedRecorded, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        columns.Add(new NpgsqlParameter<string[]> { TypedValue = RefusedReported, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        return command;
    }

    /// <summary>
    /// Reads the statement's answer, in the order of the patches. Null means that the sweep had declared the run dead, and
    /// its verdict has to be taken back before the patch can be applied.
    /// </summary>
    public static async Task<StepReceipt?[]> ReadAsync(NpgsqlDataReader rows, IReadOnlyList<StepPatch> patches, CancellationToken ct)
    {
        // A patch that the answer does not mention names a step that is not there.
        var receipts = new StepReceipt?[patches.Count];
        Array.Fill(receipts, new StepReceipt(StepOutcome.StepNotFound));
        while (await rows.ReadAsync(ct))
        {
            var position = rows.GetInt32(0);
            receipts[position] = ReceiptOf(rows, patches[position]);
        }

        return receipts;
    }

    private static StepReceipt? ReceiptOf(NpgsqlDataReader row, StepPatch patch)
    {
        if (row.GetBoolean(7))
        {
            return new StepReceipt(StepOutcome.RunNotActive);
        }

        if (row.GetBoolean(2))
        {
            return null;
        }

        if (!row.GetBoolean(1))
        {
            var refusal = StepPatchRules.Judge(
                WireText<StepStatus>.Parse(row.GetString(3)), row.GetInt64(4), patch.Status, patch.RetryCount);
            return refusal == StepOutcome.Recorded
                ? throw new InvalidOperationException("The statement refused a patch that the rules accept.")
                : new StepReceipt(refusal);
        }

        return new StepReceipt(
            StepOutcome.Recorded,
            patch.StepId,
            WireText<StepStatus>.Parse(row.GetString(3)),
            row.GetInt64(4),
            row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
            row.IsDBNull(6) ? null : row.GetInt64(6));
    }
}
