using Npgsql;
using Solya.Workflows.Events;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Makes a FAILED run RUNNING again. If the sweep had declared it dead, the verdict on its steps is taken back too: they
/// are what they were. The run must be locked; the history says why it was reopened.
/// </summary>
internal static class ReopenStatement
{
    private const string Sql =
        $"""
        WITH run AS (
            UPDATE workflow_runs
               SET status = 'RUNNING',
                   error_code = NULL,
                   error_message = NULL,
                   error_details = NULL,
                   completed_at = NULL,
                   swept_from = NULL,
                   started_at = coalesce(started_at, $4),
                   last_heartbeat_at = date_trunc('milliseconds', clock_timestamp()),
                   updated_at = greatest(updated_at, $4),
                   event_sequence = event_sequence + 1
             WHERE organization_id = $1 AND id = $2 AND status = 'FAILED' AND (swept_from IS NOT NULL OR NOT $5)
            RETURNING organization_id, id, event_sequence
        ), step AS (
            UPDATE workflow_run_steps
               SET status = swept_from,
                   error_code = NULL,
                   error_message = NULL,
                   error_details = NULL,
                   completed_at = NULL,
                   duration_ms = NULL,
                   swept_from = NULL,
                   updated_at = greatest(updated_at, $4)
             WHERE organization_id = $1 AND run_id = $2 AND swept_from IS NOT NULL
               AND EXISTS (SELECT FROM run)
        )
        INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, payload, created_at)
        SELECT organization_id, id, event_sequence, '{RunEventTypes.RunReopened}', 'RUNNING', json_build_object('reason', $3), $4
          FROM run
        """;

    /// <param name="reason">Why, for people who read the history.</param>
    public static NpgsqlBatchCommand For(string organizationId, Guid runId, string reason, DateTimeOffset now)
        => Command(organizationId, runId, reason, now, onlySwept: false);

    /// <inheritdoc cref="For"/>
    /// <remarks>Does nothing unless the sweep's verdict still stands.</remarks>
    public static NpgsqlBatchCommand ForSwept(string organizationId, Guid runId, string reason, DateTimeOffset now)
        => Command(organizationId, runId, reason, now, onlySwept: true);

    private static NpgsqlBatchCommand Command(string organizationId, Guid runId, string reason, DateTimeOffset now, bool onlySwept)
        => new(Sql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = runId },
                new NpgsqlParameter<string> { TypedValue = reason },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                new NpgsqlParameter<bool> { TypedValue = onlySwept },
            },
        };
}
