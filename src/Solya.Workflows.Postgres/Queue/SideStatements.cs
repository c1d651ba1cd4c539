using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>
/// What some commits write beside runs, steps and history: signals, approvals, work for external workers, webhook
/// deliveries, runs that are to be called off, calls to the runs that wait for theirs. These statements stand between the
/// lock and <see cref="CommitStatement"/>, and write only for runs whose lease and newest event are what the decision knew of.
/// </summary>
internal static class SideStatements
{
    // $1..$4: organization, run, lease epoch, newest event. Scalar subqueries, since EXISTS would be a join, and that would
    // leave it to the planner which side to start from.
    private const string Owned =
        """
        given.lease_epoch = (SELECT queued.lease_epoch FROM run_queue queued
                              WHERE queued.organization_id = given.organization_id AND queued.run_id = given.run_id)
        AND given.expected_sequence = (SELECT run.event_sequence FROM workflow_runs run
                                        WHERE run.organization_id = given.organization_id AND run.id = given.run_id)
        """;

    private const string TakeSignals =
        $"""
        UPDATE run_signals signal
           SET consumed_at = given.now, step_id = given.step_id
          FROM unnest($1, $2, $3, $4, $5, $6, $7) AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id, sequence)
         CROSS JOIN LATERAL (
            SELECT ctid AS place FROM run_signals
             WHERE organization_id = given.organization_id AND run_id = given.run_id AND sequence = given.sequence
            OFFSET 0) found
         WHERE signal.ctid = found.place AND {Owned}
        """;

    private const string AskForApprovals =
        $"""
        INSERT INTO approval_requests (organization_id, id, run_id, step_id, status, content_key, prompt, approvers, content, expires_at, created_at)
        SELECT organization_id, id, run_id, step_id, 'PENDING', content_key, prompt, approvers::json, content::json, expires_at, now
          FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id, id, content_key, prompt, approvers, content, expires_at)
         WHERE {Owned}
        """;

    private const string CloseApprovals =
        $"""
        UPDATE approval_requests request
           SET status = given.status, decided_at = given.now
          FROM unnest($1, $2, $3, $4, $5, $6, $7) AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id, status)
         CROSS JOIN LATERAL (
            SELECT ctid AS place FROM approval_requests
             WHERE organization_id = given.organization_id AND run_id = given.run_id AND step_id = given.step_id AND status = 'PENDING'
            OFFSET 0) found
         WHERE request.ctid = found.place AND {Owned}
        """;

    private const string OfferToWorkers =
        $"""
        INSERT INTO worker_tasks (organization_id, run_id, step_id, handler, config, attempt, max_attempts, due_at)
        SELECT organization_id, run_id, step_id, handler, config::json, attempt, max_attempts, clock_timestamp()
          FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id, handler, config, attempt, max_attempts)
         WHERE {Owned}
        ON CONFLICT (organization_id, run_id, step_id) DO UPDATE SET
            handler = excluded.handler, config = excluded.config, attempt = excluded.attempt, max_attempts = excluded.max_attempts,
            due_at = excluded.due_at, lease_token = NULL, worker_id = NULL
        """;

    private const string WithdrawFromWorkers =
        $"""
        DELETE FROM worker_tasks task
         USING unnest($1, $2, $3, $4, $5, $6) AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id)
         CROSS JOIN LATERAL (
            SELECT ctid AS place FROM worker_tasks
             WHERE organization_id = given.organization_id AND run_id = given.run_id AND step_id = given.step_id
            OFFSET 0) found
         WHERE task.ctid = found.place AND {Owned}
        """;

    // Before the statement that withdraws them: workers move these rows without locking the run.
    private const string LockWorkerTasks =
        """
        SELECT count(*)
          FROM unnest($1, $2, $3, $4, $5, $6) AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id)
         CROSS JOIN LATERAL (
            SELECT FROM worker_tasks
             WHERE organization_id = given.organization_id AND run_id = given.run_id AND step_id = given.step_id
               FOR UPDATE) task
        """;

    // A parent that rests is due at once; one that is held has news. Two children of one parent may end together.
    private const string WakeParents =
        $"""
        INSERT INTO run_queue AS queued (organization_id, run_id, due_at)
        SELECT organization_id, parent_run_id, clock_timestamp()
          FROM (SELECT DISTINCT given.organization_id, given.parent_run_id
                  FROM unnest($1, $2, $3, $4, $5, $6, $7) AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id, parent_run_id)
                 WHERE 'CHILD' = (SELECT step.wait_kind FROM workflow_run_steps step
                                   WHERE step.organization_id = given.organization_id AND step.run_id = given.parent_run_id AND step.id = given.step_id)
                   AND {Owned}) parent
         ORDER BY organization_id, parent_run_id
        ON CONFLICT (organization_id, run_id) DO UPDATE SET
            due_at = CASE WHEN queued.lease_epoch IS NULL THEN excluded.due_at ELSE queued.due_at END,
            has_news = queued.lease_epoch IS NOT NULL
        """;

    // Whoever does it afterwards may die: an engine's look then finds them.
    private const string AbandonChildren =
        $"""
        INSERT INTO abandoned_runs (organization_id, run_id, due_at)
        SELECT child.organization_id, child.id, clock_timestamp() + interval '2 seconds'
          FROM unnest($1, $2, $3, $4, $5, $6) AS given(organization_id, run_id, lease_epoch, expected_sequence, now, step_id)
         CROSS JOIN LATERAL (
            SELECT organization_id, id FROM workflow_runs
             WHERE organization_id = given.organization_id AND parent_run_id = given.run_id AND parent_step_id = given.step_id AND completed_at IS NULL
            OFFSET 0) child
         WHERE {Owned}
        ON CONFLICT DO NOTHING
        """;

    /// <summary>The commits that end a run for which another one waits.</summary>
    public static IEnumerable<RunCommit> WhoWake(IReadOnlyList<RunCommit> commits)
        => commits.Where(commit => commit.Run.ParentStepId is not null && commit.Run.Status.IsTerminal());

    /// <summary>The statements that the group needs; none for most.</summary>
    public static IEnumerable<NpgsqlBatchCommand> For(IReadOnlyList<RunCommit> commits, IdGenerator ids)
    {
        var signals = Rows(commits, decisions => decisions.Signals, taken => taken.Step.Id);
        if (signals.Count > 0)
        {
            var command = Command(TakeSignals, signals);
            command.Parameters.AddColumn(NpgsqlDbType.Bigint, signals, row => row.Item.Sequence);
            yield return command;
        }

        var approvals = Rows(commits, decisions => decisions.Approvals, asked => asked.Step.Id);
        if (approvals.Count > 0)
        {
            var command = Command(AskForApprovals, approvals);
            command.Parameters.AddColumn(NpgsqlDbType.Uuid, approvals, _ => ids.NextId());
            command.Parameters.AddColumn(NpgsqlDbType.Text, approvals, row => row.Item.ContentKey);
            command.Parameters.AddColumn(NpgsqlDbType.Text, approvals, row => row.Item.Prompt);
            command.Parameters.AddColumn(NpgsqlDbType.Text, approvals, row => row.Item.Approvers);
            command.Parameters.AddColumn(NpgsqlDbType.Text, approvals, row => row.Item.Content);
            command.Parameters.AddColumn(NpgsqlDbType.TimestampTz, approvals, row => row.Item.Step.WaitUntil);
            yield return command;
        }

        var closed = Rows(commits, decisions => decisions.ClosedApprovals, request => request.Step.Id);
        if (closed.Count > 0)
        {
            var command = Command(CloseApprovals, closed);
            command.Parameters.AddColumn(NpgsqlDbType.Text, closed, row => row.Item.Status);
            yield return command;
        }

        var dropped = Rows(commits, decisions => decisions.DroppedWorkerTasks, step => step.Id);
        if (dropped.Count > 0)
        {
            yield return Command(LockWorkerTasks, dropped);
            yield return Command(WithdrawFromWorkers, dropped);
        }

        var offered = Rows(commits, decisions => decisions.WorkerTasks, task => task.Step.Id);
        if (offered.Count > 0)
        {
            var command = Command(OfferToWorkers, offered);
            command.Parameters.AddColumn(NpgsqlDbType.Text, offered, row => row.Item.Node.Handler);
            command.Parameters.AddColumn(NpgsqlDbType.Text, offered, row => row.Item.Step.Config!.Text);
            // The claim counts the attempt.
            command.Parameters.AddColumn(NpgsqlDbType.Integer, offered, row => row.Item.Step.Attempt - 1);
            command.Parameters.AddColumn(NpgsqlDbType.Integer, offered, row => row.Item.Node.Retry.MaxAttempts);
            yield return command;
        }

        var abandoning = Rows(commits, decisions => decisions.AbandonedChildren, step => step.Id);
        if (abandoning.Count > 0)
        {
            yield return Command(AbandonChildren, abandoning);
        }

        var waking = WhoWake(commits).Select(commit => (Commit: commit, StepId: commit.Run.ParentStepId!.Value, Item: commit.Run.ParentRunId!.Value)).ToList();
        if (waking.Count > 0)
        {
            var command = Command(WakeParents, waking);
            command.Parameters.AddColumn(NpgsqlDbType.Uuid, waking, row => row.Item);
            yield return command;
        }

        var tellable = TellableEvents(commits);
        if (tellable.Count > 0)
        {
            yield return DeliveryStatement.For(tellable);
        }
    }

    private static List<TellableEvent> TellableEvents(IReadOnlyList<RunCommit> commits)
    {
        var tellable = new List<TellableEvent>();
        foreach (var commit in commits)
        {
            var sequence = commit.ExpectedSequence;
            foreach (var happening in commit.Decisions.Events)
            {
                sequence++;
                if (WebhookEvents.All.Contains(happening.EventType))
                {
                    var body = WebhookEvents.Body(
                        commit.Run.OrganizationId, commit.Run.RunId, commit.Run.WorkflowId, sequence, happening.EventType, happening.Status,
                        happening.StepId, happening.Payload, commit.Now);
                    tellable.Add(new(
                        commit.Run.OrganizationId, commit.Run.RunId, sequence, happening.EventType, body, commit.Now, commit.Lease.Epoch, commit.ExpectedSequence));
                }
            }
        }

        return tellable;
    }

    private static List<(RunCommit Commit, Guid StepId, T Item)> Rows<T>(
        IReadOnlyList<RunCommit> commits, Func<Decisions, IReadOnlyList<T>> items, Func<T, Guid> stepId)
    {
        var rows = new List<(RunCommit, Guid, T)>();
        foreach (var commit in commits)
        {
            foreach (var item in items(commit.Decisions))
            {
                rows.Add((commit, stepId(item), item));
            }
        }

        return rows;
    }

    private static NpgsqlBatchCommand Command<T>(string sql, List<(RunCommit Commit, Guid StepId, T Item)> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Commit.Run.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => row.Commit.Run.RunId);
        command.Parameters.AddColumn(NpgsqlDbType.Bigint, rows, row => row.Commit.Lease.Epoch);
        command.Parameters.AddColumn(NpgsqlDbType.Bigint, rows, row => row.Commit.ExpectedSequence);
        command.Parameters.AddColumn(NpgsqlDbType.TimestampTz, rows, row => row.Commit.Now);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => row.StepId);
        return command;
    }
}
