using System.Data;
using Npgsql;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>
/// What holds of every run that the engine executes, at every instant, whatever has died meanwhile. Each check is a query
/// for those that break it; all see the same snapshot.
/// </summary>
internal static class RunInvariants
{
    private static readonly (string Invariant, string Offenders)[] Checks =
    [
        ("a history has no gap and no repeat, and the run knows its newest event",
            """
            SELECT run.id || ' has ' || count(event.sequence) || ' events up to ' || coalesce(max(event.sequence), 0) || ', knows of ' || run.event_sequence
              FROM workflow_runs run LEFT JOIN workflow_run_events event ON event.organization_id = run.organization_id AND event.run_id = run.id
             WHERE run.executor = 'ENGINE'
             GROUP BY run.organization_id, run.id
            HAVING count(event.sequence) <> run.event_sequence OR max(event.sequence) <> run.event_sequence OR min(event.sequence) <> 1
            """),
        ("a history is a path in the state graph, and ends where the run stands",
            """
            SELECT run_id || ' went from ' || coalesce(status, 'nothing') || ' to ' || next || ' by ' || by
              FROM (
                SELECT run_id, lag(status) OVER path AS status, status AS next, event_type AS by
                  FROM (
                    SELECT organization_id, run_id, sequence, status, event_type FROM workflow_run_events WHERE event_type LIKE 'workflow.%'
                    UNION ALL
                    SELECT organization_id, id, 9223372036854775807, status, 'what the run says' FROM workflow_runs) moves
                 WHERE run_id IN (SELECT id FROM workflow_runs WHERE executor = 'ENGINE')
                WINDOW path AS (PARTITION BY organization_id, run_id ORDER BY sequence)) steps
             WHERE CASE
                    WHEN by = 'what the run says' THEN next IS DISTINCT FROM status
                    WHEN status IS NULL THEN next <> 'PENDING'
                    ELSE (status, next) NOT IN (
                        ('PENDING', 'RUNNING'), ('PENDING', 'CANCELLED'),
                        ('RUNNING', 'WAITING'), ('RUNNING', 'PAUSED'), ('RUNNING', 'COMPLETED'), ('RUNNING', 'FAILED'), ('RUNNING', 'CANCELLED'),
                        ('WAITING', 'RUNNING'), ('WAITING', 'CANCELLED'), ('WAITING', 'FAILED'),
                        ('PAUSED', 'RUNNING'), ('PAUSED', 'CANCELLED'), ('FAILED', 'RUNNING'))
                        OR (status = 'FAILED') <> (by = 'workflow.retried')
                   END
            """),
        ("nothing happens after the end; a failed run only keeps signals, or is retried",
            """
            SELECT later.run_id || ': ' || later.event_type || ' after ' || ended.event_type
              FROM workflow_run_events ended
              JOIN workflow_run_events later ON later.organization_id = ended.organization_id AND later.run_id = ended.run_id AND later.sequence > ended.sequence
              JOIN workflow_runs run ON run.organization_id = ended.organization_id AND run.id = ended.run_id AND run.executor = 'ENGINE'
             WHERE ended.event_type IN ('workflow.completed', 'workflow.cancelled')
                OR (ended.event_type = 'workflow.failed' AND later.event_type NOT IN ('signal.received', 'workflow.retried') AND NOT EXISTS (
                    SELECT FROM workflow_run_events retried
                     WHERE retried.organization_id = ended.organization_id AND retried.run_id = ended.run_id AND retried.event_type = 'workflow.retried'
                       AND retried.sequence > ended.sequence AND retried.sequence < later.sequence))
            """),
        ("a cancellation and each retry raise the epoch",
            """
            SELECT run.id || ' has epoch ' || run.epoch
              FROM workflow_runs run
             WHERE run.executor = 'ENGINE' AND run.epoch <> (
                SELECT count(*) FROM workflow_run_events event
                 WHERE event.organization_id = run.organization_id AND event.run_id = run.id AND event.event_type IN ('workflow.cancelled', 'workflow.retried'))
            """),
        ("an ended run has nothing open",
            """
            SELECT run.id || ' is ' || run.status || ' and has ' || open.what
              FROM workflow_runs run
              JOIN (SELECT organization_id, run_id, 'a place in the queue' AS what FROM run_queue
                    UNION ALL SELECT organization_id, run_id, 'an open question' FROM approval_requests WHERE status = 'PENDING'
                    UNION ALL SELECT organization_id, run_id, 'work for a worker' FROM worker_tasks
                    UNION ALL SELECT organization_id, run_id, status || ' step ' || node_id FROM workflow_run_steps WHERE status IN ('PENDING', 'RUNNING')) open
                ON open.organization_id = run.organization_id AND open.run_id = run.id
             WHERE run.executor = 'ENGINE' AND run.status IN ('COMPLETED', 'FAILED', 'CANCELLED')
            """),
        ("a run that has not ended has somebody who moves it on",
            """
            SELECT run.id || ' is ' || run.status || ' and stuck'
              FROM workflow_runs run
             WHERE run.executor = 'ENGINE' AND run.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')
               AND NOT EXISTS (SELECT FROM run_queue queued WHERE queued.organization_id = run.organization_id AND queued.run_id = run.id)
               AND (EXISTS (SELECT FROM workflow_run_steps step
                             WHERE step.organization_id = run.organization_id AND step.run_id = run.id
                               AND (step.wait_until IS NOT NULL OR (step.status = 'RUNNING' AND step.kind = 'task' AND step.wait_kind IS NULL)))
                    OR CASE
                        WHEN run.status IN ('PENDING', 'RUNNING')
                        THEN NOT EXISTS (SELECT FROM worker_tasks task WHERE task.organization_id = run.organization_id AND task.run_id = run.id)
                        ELSE NOT EXISTS (SELECT FROM workflow_run_steps step
                                          WHERE step.organization_id = run.organization_id AND step.run_id = run.id
                                            AND step.wait_kind = ANY (CASE run.status WHEN 'PAUSED' THEN ARRAY['APPROVAL'] ELSE ARRAY['SIGNAL', 'TIMER', 'CHILD'] END))
                       END)
            """),
        ("a step waits for one run, and goes on when that has ended",
            """
            SELECT step.run_id || ' ' || step.node_id || ' ' || step.iteration || ' waits for ' || coalesce(child.status, 'no run')
              FROM workflow_run_steps step
              LEFT JOIN LATERAL (
                SELECT status, completed_at FROM workflow_runs run
                 WHERE run.organization_id = step.organization_id AND run.parent_run_id = step.run_id AND run.parent_step_id = step.id
                 ORDER BY created_at DESC, id DESC LIMIT 1) child ON true
             WHERE step.wait_kind = 'CHILD'
               AND (child.status IS NULL
                    OR (child.completed_at IS NOT NULL
                        AND NOT EXISTS (SELECT FROM run_queue queued WHERE queued.organization_id = step.organization_id AND queued.run_id = step.run_id)))
            """),
        ("a run that was waited for has ended, is waited for, or is to be called off",
            """
            SELECT run.id || ' is ' || run.status || ' and abandoned'
              FROM workflow_runs run
             WHERE run.parent_step_id IS NOT NULL AND run.completed_at IS NULL
               AND NOT EXISTS (SELECT FROM workflow_run_steps step
                                WHERE step.organization_id = run.organization_id AND step.run_id = run.parent_run_id AND step.id = run.parent_step_id
                                  AND step.wait_kind = 'CHILD')
               AND NOT EXISTS (SELECT FROM abandoned_runs abandoned WHERE abandoned.organization_id = run.organization_id AND abandoned.run_id = run.id)
            """),
        ("no attempt of a step starts two runs",
            """
            SELECT run.parent_run_id || ' has started ' || count(*) || ' runs from one step'
              FROM workflow_runs run
             WHERE run.parent_step_id IS NOT NULL
             GROUP BY run.organization_id, run.parent_run_id, run.parent_step_id
            HAVING count(*) > (
                SELECT count(*) FROM workflow_run_events event
                 WHERE event.organization_id = run.organization_id AND event.run_id = run.parent_run_id AND event.step_id = run.parent_step_id
                   AND event.event_type = 'step.started')
            """),
        ("a place in the queue is due when the first wait ends, or at once",
            """
            SELECT run.id || ' is ' || run.status || ', due at ' || queued.due_at || ', waits until ' || coalesce(min(step.wait_until)::text, 'somebody comes')
              FROM run_queue queued
              JOIN workflow_runs run ON run.organization_id = queued.organization_id AND run.id = queued.run_id
              LEFT JOIN workflow_run_steps step ON step.organization_id = queued.organization_id AND step.run_id = queued.run_id
             WHERE queued.lease_epoch IS NULL
             GROUP BY run.id, run.status, run.deadline_at, queued.due_at
            HAVING queued.due_at > greatest(coalesce(least(min(step.wait_until), run.deadline_at), '-infinity'), clock_timestamp())
            """),
        ("a step ends well at most once, with an output, and says so",
            """
            SELECT step.run_id || ' ' || step.node_id || ' ' || step.iteration || ' is ' || step.status || ' and completed ' || count(event.sequence) || ' times'
              FROM workflow_run_steps step
              JOIN workflow_runs run ON run.organization_id = step.organization_id AND run.id = step.run_id AND run.executor = 'ENGINE'
              LEFT JOIN workflow_run_events event
                ON event.organization_id = step.organization_id AND event.run_id = step.run_id AND event.step_id = step.id AND event.event_type = 'step.completed'
             GROUP BY step.organization_id, step.run_id, step.id
            HAVING count(event.sequence) <> CASE step.status WHEN 'SUCCEEDED' THEN 1 ELSE 0 END OR (step.status = 'SUCCEEDED' AND step.output IS NULL)
            """),
        ("an open question belongs to a step that waits for it, and every such step asks",
            """
            SELECT coalesce(request.run_id, step.run_id) || ': ' || coalesce(step.node_id || ' asks nobody', request.id || ' is nobody''s')
              FROM (SELECT * FROM approval_requests WHERE status = 'PENDING') request
              FULL JOIN (SELECT * FROM workflow_run_steps WHERE wait_kind = 'APPROVAL') step
                ON step.organization_id = request.organization_id AND step.run_id = request.run_id AND step.id = request.step_id
             WHERE request.id IS NULL OR step.id IS NULL
            """),
        ("a question is decided once",
            """
            SELECT request.run_id || ': ' || count(*) || ' questions decided'
              FROM approval_requests request
             WHERE request.status NOT IN ('PENDING', 'CANCELLED')
             GROUP BY request.organization_id, request.run_id, request.step_id
            HAVING count(*) <> (
                SELECT count(*) FROM workflow_run_events event
                 WHERE event.organization_id = request.organization_id AND event.run_id = request.run_id AND event.step_id = request.step_id
                   AND event.event_type = 'approval.decided')
            """),
        ("a worker's work belongs to a step that waits for a worker, and every such step is on offer",
            """
            SELECT coalesce(task.run_id, step.run_id) || ': ' || coalesce(step.node_id || ' is offered to nobody', task.step_id || ' is nobody''s')
              FROM worker_tasks task
              FULL JOIN (SELECT * FROM workflow_run_steps WHERE wait_kind = 'WORKER') step
                ON step.organization_id = task.organization_id AND step.run_id = task.run_id AND step.id = task.step_id
             WHERE task.step_id IS NULL OR step.id IS NULL
            """),
        ("a signal is taken once, by a step that ended well with it",
            """
            SELECT signal.run_id || ' signal ' || signal.sequence || ' was taken by ' || coalesce(step.node_id || ', ' || step.status, 'nothing')
              FROM run_signals signal
              LEFT JOIN workflow_run_steps step ON step.organization_id = signal.organization_id AND step.run_id = signal.run_id AND step.id = signal.step_id
             WHERE signal.step_id IS NOT NULL
               AND (step.id IS NULL OR step.status <> 'SUCCEEDED' OR step.output::text <> signal.payload::text OR EXISTS (
                    SELECT FROM run_signals other
                     WHERE other.organization_id = signal.organization_id AND other.run_id = signal.run_id AND other.step_id = signal.step_id
                       AND other.sequence <> signal.sequence))
            """),
        ("signals of a type are taken in the order in which they came",
            """
            SELECT late.run_id || ': signal ' || late.sequence || ' was taken before ' || early.sequence
              FROM (SELECT signal.*, event.sequence AS taken FROM run_signals signal
                      LEFT JOIN workflow_run_events event
                        ON event.organization_id = signal.organization_id AND event.run_id = signal.run_id AND event.step_id = signal.step_id
                       AND event.event_type = 'step.completed') late
              JOIN (SELECT signal.*, event.sequence AS taken FROM run_signals signal
                      LEFT JOIN workflow_run_events event
                        ON event.organization_id = signal.organization_id AND event.run_id = signal.run_id AND event.step_id = signal.step_id
                       AND event.event_type = 'step.completed') early
                ON early.organization_id = late.organization_id AND early.run_id = late.run_id AND early.signal_type = late.signal_type
               AND early.sequence < late.sequence
             WHERE late.taken < coalesce(early.taken, 9223372036854775807)
            """),
        ("a timer does not end early, unless somebody ends it",
            """
            SELECT step.run_id || ' ' || step.node_id || ' waited only ' || (step.completed_at - step.started_at)
              FROM workflow_run_steps step
              JOIN workflow_runs run ON run.organization_id = step.organization_id AND run.id = step.run_id
              JOIN workflow_versions version ON version.organization_id = run.organization_id AND version.workflow_id = run.workflow_id AND version.number = run.workflow_version
             CROSS JOIN LATERAL (
                SELECT node ->> 'name' AS id, node ->> 'durationMs' AS duration
                  FROM json_array_elements(CASE version.format WHEN 'STEPS' THEN version.document ELSE '[]' END) node
                UNION ALL
                SELECT node ->> 'id', node -> 'data' ->> 'duration' || '000'
                  FROM json_array_elements(CASE version.format WHEN 'GRAPH' THEN version.document -> 'nodes' ELSE '[]' END) node
                 WHERE node -> 'data' ->> 'unit' = 'seconds') wait
             WHERE step.kind = 'wait' AND step.status = 'SUCCEEDED' AND wait.id = step.node_id AND wait.duration ~ '^\d+$'
               AND step.completed_at < step.started_at + wait.duration::bigint * interval '1 millisecond'
               AND NOT EXISTS (SELECT FROM workflow_run_events event
                                WHERE event.organization_id = step.organization_id AND event.run_id = step.run_id AND event.step_id = step.id
                                  AND event.event_type = 'signal.received')
            """),
    ];

    /// <summary>Checks every run of the database.</summary>
    public static async Task AssertAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        var broken = new List<string>();
        foreach (var (invariant, offenders) in Checks)
        {
            await using var command = new NpgsqlCommand(offenders, connection, transaction) { CommandTimeout = 60 };
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                broken.Add($"{invariant}: {rows.GetString(0)}");
            }
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken.Take(20)));
    }
}
