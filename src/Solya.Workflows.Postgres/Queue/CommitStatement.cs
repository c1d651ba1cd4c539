using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>
/// Writes what was decided for a group of leased runs in one statement: runs, steps, history, queue. It stands behind
/// <see cref="Lock"/> in the same transaction, so its snapshot holds all that others have committed on these runs, and
/// nobody can change them under it. A run whose lease or whose newest event is not what the decision knew of is left alone.
/// Rows are looked up by key once, in LATERAL with OFFSET 0, and then written where they were found (ctid), which the locks
/// keep true: a join by key would leave it to the planner which side to start from, and a queue that was empty when it was
/// last vacuumed looks as if it would stay so.
/// </summary>
internal static class CommitStatement
{
    // In the order of the keys, and the run before its queue row, as everybody takes them.
    private const string LockSql =
        """
        SELECT count(*)
          FROM (SELECT * FROM unnest($1, $2) AS given(organization_id, run_id) ORDER BY 1, 2) given
         CROSS JOIN LATERAL (
            SELECT FROM workflow_runs WHERE organization_id = given.organization_id AND id = given.run_id
               FOR NO KEY UPDATE) run
         CROSS JOIN LATERAL (
            SELECT FROM run_queue WHERE organization_id = given.organization_id AND run_id = given.run_id
               FOR NO KEY UPDATE) queued
        """;

    // Flags tell by position which runs are still ours: joining steps and events to the runs would compare each with each.
    private const string Sql =
        """
        WITH wanted AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                AS wanted(position, organization_id, run_id, lease_epoch, expected_sequence, new_sequence, status, state_given, state, output,
                          error_code, error_message, error_details, started_at, completed_at, deadline_at, keeps_lease, due_at, now)
        ), judged AS MATERIALIZED (
            SELECT wanted.*, run.place AS run_place, queued.place AS queue_place,
                   coalesce(queued.lease_epoch = wanted.lease_epoch, false) AS is_held,
                   coalesce(queued.lease_epoch = wanted.lease_epoch AND run.event_sequence = wanted.expected_sequence, false) AS is_owned,
                   queued.claims,
                   -- A run that this one waits for has ended meanwhile. That leaves nothing here but the news: it must not be slept through.
                   CASE WHEN queued.has_news AND NOT wanted.keeps_lease AND wanted.completed_at IS NULL THEN EXISTS (
                       SELECT FROM workflow_run_steps
                        WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id AND wait_kind = 'CHILD')
                   ELSE false END AS is_called
              FROM wanted
             CROSS JOIN LATERAL (
                SELECT ctid AS place, event_sequence FROM workflow_runs WHERE organization_id = wanted.organization_id AND id = wanted.run_id
                OFFSET 0) run
              LEFT JOIN LATERAL (
                SELECT ctid AS place, lease_epoch, claims, has_news FROM run_queue WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id
                OFFSET 0) queued ON true
        ), flags AS MATERIALIZED (
            SELECT array_agg(is_owned ORDER BY position) AS owned FROM judged
        ), runs AS (
            UPDATE workflow_runs run
               SET status = judged.status,
                   state = CASE WHEN judged.state_given THEN judged.state::json ELSE run.state END,
                   output_summary = judged.output::json,
                   error_code = judged.error_code,
                   error_message = judged.error_message,
                   error_details = judged.error_details::json,
                   started_at = judged.started_at,
                   completed_at = judged.completed_at,
                   deadline_at = judged.deadline_at,
                   last_heartbeat_at = judged.now,
                   updated_at = greatest(run.updated_at, judged.now),
                   event_sequence = judged.new_sequence
              FROM judged
             WHERE judged.is_owned AND run.ctid = judged.run_place
        ), steps AS (
            INSERT INTO workflow_run_steps AS step (
                organization_id, run_id, id, node_id, iteration, kind, node_type, action_type, status, retry_count, attempt, resolved_input, output,
                error_code, error_message, error_details, wait_kind, wait_until, signal_type, branch, error_handled,
                started_at, completed_at, duration_ms, created_at, updated_at)
            SELECT organization_id, run_id, id, node_id, iteration, kind, 'ACTION', action_type, status, greatest(attempt - 1, 0), attempt,
                   resolved_input::json, output::json, error_code, error_message, error_details::json, wait_kind, wait_until, signal_type, branch,
                   error_handled, started_at, completed_at,
                   CASE WHEN completed_at IS NOT NULL THEN greatest(0, (extract(epoch FROM completed_at - started_at) * 1000)::bigint) END,
                   created_at, now
              FROM unnest($20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)
                AS step(position, organization_id, run_id, id, node_id, iteration, kind, action_type, status, attempt, resolved_input, output,
                        error_code, error_message, error_details, wait_kind, wait_until, signal_type, branch, error_handled,
                        started_at, completed_at, created_at, now), flags
             WHERE flags.owned[position]
            ON CONFLICT (organization_id, run_id, id) DO UPDATE SET
                status = excluded.status,
                retry_count = excluded.retry_count,
                attempt = excluded.attempt,
                resolved_input = excluded.resolved_input,
                output = excluded.output,
                error_code = excluded.error_code,
                error_message = excluded.error_message,
                error_details = excluded.error_details,
                wait_kind = excluded.wait_kind,
                wait_until = excluded.wait_until,
                signal_type = excluded.signal_type,
                branch = excluded.branch,
                error_handled = excluded.error_handled,
                started_at = excluded.started_at,
                completed_at = excluded.completed_at,
                duration_ms = excluded.duration_ms,
                updated_at = excluded.updated_at
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, step_id, status, payload, created_at)
            SELECT organization_id, run_id, sequence, event_type, step_id, status, payload::json, now
              FROM unnest($44, $45, $46, $47, $48, $49, $50, $51, $52)
                AS happening(position, organization_id, run_id, sequence, event_type, step_id, status, payload, now), flags
             WHERE flags.owned[position]
        ), ended AS (
            DELETE FROM run_queue queued
             USING judged
             WHERE judged.is_owned AND NOT judged.keeps_lease AND judged.due_at IS NULL AND NOT judged.is_called
               AND queued.ctid = judged.queue_place
        ), resting AS (
            UPDATE run_queue queued
               SET due_at = CASE WHEN judged.is_called THEN clock_timestamp() ELSE judged.due_at END, lease_epoch = NULL, worker_id = NULL, claims = 0, has_news = false
              FROM judged
             WHERE judged.is_owned AND NOT judged.keeps_lease AND (judged.due_at IS NOT NULL OR judged.is_called)
               AND queued.ctid = judged.queue_place
        ), going AS (
            UPDATE run_queue queued
               SET claims = 0
              FROM judged
             WHERE judged.is_owned AND judged.keeps_lease AND judged.claims > 0
               AND queued.ctid = judged.queue_place
        )
        SELECT position, is_held, is_owned, clock_timestamp() FROM judged
        """;

    /// <summary>Locks the runs of the commits, and those that they wake: in one order, so that no two groups wait for each other.</summary>
    public static NpgsqlBatchCommand Lock(IReadOnlyList<RunCommit> commits)
    {
        RunKey[] keys =
        [
            .. commits.Select(commit => commit.Lease.Run),
            .. SideStatements.WhoWake(commits).Select(commit => new RunKey(commit.Run.OrganizationId, commit.Run.ParentRunId!.Value)),
        ];
        var command = new NpgsqlBatchCommand(LockSql);
        command.Parameters.AddColumn(NpgsqlDbType.Text, keys, key => key.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, keys, key => key.RunId);
        return command;
    }

    public static NpgsqlBatchCommand For(IReadOnlyList<RunCommit> commits)
    {
        var command = new NpgsqlBatchCommand(Sql);
        AddRuns(command.Parameters, commits);
        AddSteps(command.Parameters, commits);
        AddEvents(command.Parameters, commits);
        return command;
    }

    /// <summary>Reads the statement's answer, in the order of the commits.</summary>
    public static async Task<CommitReceipt[]> ReadAsync(NpgsqlDataReader rows, int count, CancellationToken ct)
    {
        var receipts = new CommitReceipt[count];
        Array.Fill(receipts, new(CommitOutcome.Lost, default));
        while (await rows.ReadAsync(ct))
        {
            receipts[rows.GetInt32(0) - 1] = new(
                rows.GetBoolean(2) ? CommitOutcome.Applied : rows.GetBoolean(1) ? CommitOutcome.Stale : CommitOutcome.Lost,
                rows.GetFieldValue<DateTimeOffset>(3));
        }

        return receipts;
    }

    private static void AddRuns(NpgsqlParameterCollection columns, IReadOnlyList<RunCommit> commits)
    {
        // Positions count from 1, as arrays do in SQL.
        columns.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Enumerable.Range(1, commits.Count)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Run.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, commits, commit => commit.Run.RunId);
        columns.AddColumn(NpgsqlDbType.Bigint, commits, commit => commit.Lease.Epoch);
        columns.AddColumn(NpgsqlDbType.Bigint, commits, commit => commit.ExpectedSequence);
        columns.AddColumn(NpgsqlDbType.Bigint, commits, commit => commit.NewSequence);
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Run.Status.Text());
        columns.AddColumn(NpgsqlDbType.Boolean, commits, commit => commit.Decisions.StateChanged);
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Decisions.StateChanged ? commit.Run.State.Text : null);
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Run.Output?.Text);
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Run.Error?.Code);
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Run.Error?.Message);
        columns.AddColumn(NpgsqlDbType.Text, commits, commit => commit.Run.Error?.Details);
        columns.AddColumn(NpgsqlDbType.TimestampTz, commits, commit => commit.Run.StartedAt);
        columns.AddColumn(NpgsqlDbType.TimestampTz, commits, commit => commit.Run.CompletedAt);
        columns.AddColumn(NpgsqlDbType.TimestampTz, commits, commit => commit.Run.Deadline);
        columns.AddColumn(NpgsqlDbType.Boolean, commits, commit => commit.KeepsLease);
        columns.AddColumn(NpgsqlDbType.TimestampTz, commits, commit => Advancer.NextDue(commit.Run));
        columns.AddColumn(NpgsqlDbType.TimestampTz, commits, commit => commit.Now);
    }

    private static void AddSteps(NpgsqlParameterCollection columns, IReadOnlyList<RunCommit> commits)
    {
        var steps = new List<(int Position, RunCommit Commit, StepState Step)>();
        for (var i = 0; i < commits.Count; i++)
        {
            foreach (var step in commits[i].Decisions.Steps)
            {
                steps.Add((i + 1, commits[i], step));
            }
        }

        columns.AddColumn(NpgsqlDbType.Integer, steps, row => row.Position);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Commit.Run.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, steps, row => row.Commit.Run.RunId);
        columns.AddColumn(NpgsqlDbType.Uuid, steps, row => row.Step.Id);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Key.NodeId);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Key.Iteration);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Kind.Text());
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.ActionType?.Text());
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Status.Text());
        columns.AddColumn(NpgsqlDbType.Integer, steps, row => row.Step.Attempt);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Config?.Text);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Output?.Text);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Error?.Code);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Error?.Message);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Error?.Details);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.WaitKind?.Text());
        columns.AddColumn(NpgsqlDbType.TimestampTz, steps, row => row.Step.WaitUntil);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.SignalType);
        columns.AddColumn(NpgsqlDbType.Text, steps, row => row.Step.Branch);
        columns.AddColumn(NpgsqlDbType.Boolean, steps, row => row.Step.IsErrorHandled);
        columns.AddColumn(NpgsqlDbType.TimestampTz, steps, row => row.Step.StartedAt);
        columns.AddColumn(NpgsqlDbType.TimestampTz, steps, row => row.Step.CompletedAt);
        columns.AddColumn(NpgsqlDbType.TimestampTz, steps, row => row.Step.CreatedAt);
        columns.AddColumn(NpgsqlDbType.TimestampTz, steps, row => row.Commit.Now);
    }

    private static void AddEvents(NpgsqlParameterCollection columns, IReadOnlyList<RunCommit> commits)
    {
        var events = new List<(int Position, RunCommit Commit, long Sequence, NewEvent Event)>();
        for (var i = 0; i < commits.Count; i++)
        {
            var sequence = commits[i].ExpectedSequence;
            foreach (var happening in commits[i].Decisions.Events)
            {
                events.Add((i + 1, commits[i], ++sequence, happening));
            }
        }

        columns.AddColumn(NpgsqlDbType.Integer, events, row => row.Position);
        columns.AddColumn(NpgsqlDbType.Text, events, row => row.Commit.Run.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, events, row => row.Commit.Run.RunId);
        columns.AddColumn(NpgsqlDbType.Bigint, events, row => row.Sequence);
        columns.AddColumn(NpgsqlDbType.Text, events, row => row.Event.EventType);
        columns.AddColumn(NpgsqlDbType.Uuid, events, row => row.Event.StepId);
        columns.AddColumn(NpgsqlDbType.Text, events, row => row.Event.Status);
        columns.AddColumn(NpgsqlDbType.Text, events, row => row.Event.Payload);
        columns.AddColumn(NpgsqlDbType.TimestampTz, events, row => row.Commit.Now);
    }
}
