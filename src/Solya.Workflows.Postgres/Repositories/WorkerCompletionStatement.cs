using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>What a worker says came of a step.</summary>
/// <param name="Output">A JSON value.</param>
internal sealed record WorkerCompletion(string OrganizationId, Guid StepId, Guid LeaseToken, JsonText Output);

/// <summary>
/// Takes a group of results in one statement: ends the steps, tells the histories, queues the runs. The runs must be locked
/// by the statement before it in the same transaction (<see cref="RunLockStatement"/>), so that nobody else writes their
/// events meanwhile, and so must the tasks: a step can go to another worker, whose claim locks nothing else. All that is
/// written follows from the tasks that were deleted with the token they were claimed by.
/// </summary>
internal static class WorkerCompletionStatement
{
    private const string Sql =
        $"""
        WITH wanted AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS wanted(position, organization_id, step_id, lowest_run_id, highest_run_id, lease_token, output)
        ), judged AS MATERIALIZED (
            SELECT wanted.*, run.place AS run_place, task.place AS task_place, task.attempt, run.id AS run_id, run.event_sequence, greatest(run.updated_at, date_trunc('milliseconds', clock_timestamp())) AS now
              FROM wanted
             CROSS JOIN LATERAL (
                SELECT ctid AS place, id, event_sequence, updated_at FROM workflow_runs
                 WHERE organization_id = wanted.organization_id AND id BETWEEN wanted.lowest_run_id AND wanted.highest_run_id
                OFFSET 0) run
             CROSS JOIN LATERAL (
                SELECT ctid AS place, attempt FROM worker_tasks
                 WHERE organization_id = wanted.organization_id AND run_id = run.id AND step_id = wanted.step_id AND lease_token = wanted.lease_token
                OFFSET 0) task
        ), taken AS (
            DELETE FROM worker_tasks task
             USING judged
             WHERE task.ctid = judged.task_place
            RETURNING judged.*
        ), ended AS (
            UPDATE workflow_run_steps step
               SET status = $8, output = taken.output::json, error_code = NULL, error_message = NULL, error_details = NULL,
                   attempt = taken.attempt, retry_count = greatest(taken.attempt - 1, 0), wait_kind = NULL, wait_until = NULL, completed_at = taken.now,
                   duration_ms = greatest(0, (extract(epoch FROM taken.now - step.started_at) * 1000)::bigint), updated_at = taken.now
              FROM taken
             CROSS JOIN LATERAL (
                SELECT ctid AS place FROM workflow_run_steps
                 WHERE organization_id = taken.organization_id AND run_id = taken.run_id AND id = taken.step_id
                OFFSET 0) found
             WHERE step.ctid = found.place
        ), touched AS (
            UPDATE workflow_runs run
               SET event_sequence = run.event_sequence + touch.events, updated_at = greatest(run.updated_at, touch.now)
              FROM (SELECT run_place, count(*) AS events, max(now) AS now FROM taken GROUP BY run_place) touch
             WHERE run.ctid = touch.run_place
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, step_id, status, created_at)
            SELECT organization_id, run_id, event_sequence + row_number() OVER (PARTITION BY organization_id, run_id ORDER BY position),
                   '{RunEventTypes.StepCompleted}', step_id, $8, now
              FROM taken
        ), queued AS (
            INSERT INTO run_queue AS queued (organization_id, run_id, due_at)
            SELECT DISTINCT organization_id, run_id, clock_timestamp() FROM taken
            ON CONFLICT (organization_id, run_id) DO UPDATE SET
                due_at = CASE WHEN queued.lease_epoch IS NULL THEN excluded.due_at ELSE queued.due_at END,
                has_news = queued.lease_epoch IS NOT NULL
        )
        SELECT position, run_id FROM taken
        """;

    public static NpgsqlBatchCommand For(IReadOnlyList<WorkerCompletion> completions)
    {
        var command = new NpgsqlBatchCommand(Sql);
        var columns = command.Parameters;
        columns.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Enumerable.Range(0, completions.Count)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        columns.AddColumn(NpgsqlDbType.Text, completions, completion => completion.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, completions, completion => completion.StepId);
        columns.AddColumn(NpgsqlDbType.Uuid, completions, completion => StepIds.RunRangeOf(completion.StepId).Lowest);
        columns.AddColumn(NpgsqlDbType.Uuid, completions, completion => StepIds.RunRangeOf(completion.StepId).Highest);
        columns.AddColumn(NpgsqlDbType.Uuid, completions, completion => completion.LeaseToken);
        columns.AddColumn(NpgsqlDbType.Text, completions, completion => completion.Output.Text);
        columns.Add(new NpgsqlParameter<string> { TypedValue = StepStatus.Succeeded.Text() });
        return command;
    }

    /// <summary>The runs of the steps that were taken, in the order of the completions; null where the lease was lost.</summary>
    public static async Task<Guid?[]> ReadAsync(NpgsqlDataReader rows, int count, CancellationToken ct)
    {
        var runs = new Guid?[count];
        while (await rows.ReadAsync(ct))
        {
            runs[rows.GetInt32(0)] = rows.GetGuid(1);
        }

        return runs;
    }
}
