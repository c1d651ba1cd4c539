using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Events;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>A run that is about to be created.</summary>
/// <param name="WorkerId">The process that takes it at once; null leaves it to whoever claims first.</param>
/// <param name="Lease">For how long that process has it.</param>
/// <param name="WorkflowStamp">The state of the workflow's row that the run is created for; null for whatever it is.</param>
/// <param name="Answer">What is remembered with the run; null for nothing.</param>
internal sealed record RunInsert(
    RunCreation Creation, Guid RunId, DateTimeOffset CreatedAt, Guid? WorkerId, TimeSpan Lease, string? WorkflowStamp = null, KeyedAnswer? Answer = null);

/// <summary>An answer to remember under a key that nobody has used in a day.</summary>
internal sealed record KeyedAnswer(Guid KeyHash, byte[] Fingerprint, RememberedAnswer Answer, DateTimeOffset Now);

/// <param name="LeaseEpoch">Of a run that was born leased.</param>
internal readonly record struct InsertReceipt(CreationReceipt Creation, long? LeaseEpoch);

/// <summary>
/// Creates a group of runs in one statement: the run, its first event, its place in the queue, and the answer to remember
/// under its key. Who meets a key that another transaction is about to commit waits for that, and then creates nothing.
/// </summary>
internal static class CreateRunStatement
{
    private const string Sql =
        $"""
        WITH wanted AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                AS wanted(position, organization_id, run_id, workflow_id, input, idempotency_key, created_at, worker_id, lease, scheduled_for,
                          workflow_stamp, key_hash, fingerprint, response_status, response_body, remembered_at)
        ), judged AS MATERIALIZED (
            SELECT wanted.*, known.id AS known_id, workflow.latest_version
              FROM wanted
              LEFT JOIN LATERAL (
                SELECT id FROM workflow_runs WHERE organization_id = wanted.organization_id AND idempotency_key = wanted.idempotency_key
                OFFSET 0) known ON true
              LEFT JOIN LATERAL (
                SELECT latest_version FROM workflows
                 WHERE organization_id = wanted.organization_id AND id = wanted.workflow_id AND status = 'ACTIVE'
                   -- The transaction that wrote the row as it is: whoever has read another one knows less than the row says.
                   AND (wanted.workflow_stamp IS NULL OR xmin = wanted.workflow_stamp::xid)
                OFFSET 0) workflow ON true
        ), keys AS (
            INSERT INTO idempotency_keys AS known (organization_id, key_hash, fingerprint, response_status, response_body, created_at)
            SELECT organization_id, key_hash, fingerprint, response_status, response_body, remembered_at
              FROM judged
             WHERE key_hash IS NOT NULL AND latest_version IS NOT NULL
             ORDER BY organization_id, key_hash
            ON CONFLICT (organization_id, key_hash) DO UPDATE SET
                fingerprint = excluded.fingerprint,
                response_status = excluded.response_status,
                response_body = excluded.response_body,
                created_at = excluded.created_at
             WHERE known.created_at <= excluded.created_at - $17
            RETURNING organization_id, key_hash
        ), created AS (
            INSERT INTO workflow_runs (organization_id, id, workflow_id, workflow_version, executor, status, trigger_context, idempotency_key, scheduled_for,
                                       last_heartbeat_at, event_sequence, created_at, updated_at)
            SELECT organization_id, run_id, workflow_id, latest_version, 'ENGINE', 'PENDING', input::json, idempotency_key, scheduled_for, created_at, 1, created_at, created_at
              FROM judged
             WHERE known_id IS NULL AND latest_version IS NOT NULL
               AND (key_hash IS NULL OR (organization_id, key_hash) IN (SELECT organization_id, key_hash FROM keys))
             ORDER BY organization_id, idempotency_key
            ON CONFLICT (organization_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
            RETURNING organization_id, id, created_at
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, created_at)
            SELECT organization_id, id, 1, '{RunEventTypes.RunCreated}', 'PENDING', created_at FROM created
        ), queued AS (
            INSERT INTO run_queue (organization_id, run_id, due_at, lease_epoch, worker_id, claims)
            SELECT judged.organization_id, judged.run_id, clock_timestamp() + coalesce(judged.lease, interval '0'),
                   CASE WHEN judged.worker_id IS NOT NULL THEN nextval('lease_epochs') END, judged.worker_id,
                   CASE WHEN judged.worker_id IS NOT NULL THEN 1 ELSE 0 END
              FROM judged
             WHERE judged.run_id IN (SELECT id FROM created)
            RETURNING run_id, lease_epoch
        )
        SELECT position, known_id, latest_version, queued.run_id IS NOT NULL, queued.lease_epoch
          FROM judged
          LEFT JOIN queued ON queued.run_id = judged.run_id
        """;

    public static NpgsqlBatchCommand For(IReadOnlyList<RunInsert> inserts)
    {
        var command = new NpgsqlBatchCommand(Sql);
        var columns = command.Parameters;
        columns.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Enumerable.Range(0, inserts.Count)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        columns.AddColumn(NpgsqlDbType.Text, inserts, insert => insert.Creation.OrganizationId);
        columns.AddColumn(NpgsqlDbType.Uuid, inserts, insert => insert.RunId);
        columns.AddColumn(NpgsqlDbType.Uuid, inserts, insert => insert.Creation.WorkflowId);
        columns.AddColumn(NpgsqlDbType.Text, inserts, insert => insert.Creation.Input.Text);
        columns.AddColumn(NpgsqlDbType.Text, inserts, insert => insert.Creation.IdempotencyKey);
        columns.AddColumn(NpgsqlDbType.TimestampTz, inserts, insert => insert.CreatedAt);
        columns.AddColumn(NpgsqlDbType.Uuid, inserts, insert => insert.WorkerId);
        columns.AddColumn(NpgsqlDbType.Interval, inserts, insert => insert.WorkerId is null ? null : (TimeSpan?)insert.Lease);
        columns.AddColumn(NpgsqlDbType.TimestampTz, inserts, insert => insert.Creation.ScheduledFor);
        columns.AddColumn(NpgsqlDbType.Text, inserts, insert => insert.WorkflowStamp);
        columns.AddColumn(NpgsqlDbType.Uuid, inserts, insert => insert.Answer?.KeyHash);
        columns.AddColumn(NpgsqlDbType.Bytea, inserts, insert => insert.Answer?.Fingerprint);
        columns.AddColumn(NpgsqlDbType.Integer, inserts, insert => insert.Answer?.Answer.Status);
        columns.AddColumn(NpgsqlDbType.Bytea, inserts, insert => insert.Answer?.Answer.Body);
        columns.AddColumn(NpgsqlDbType.TimestampTz, inserts, insert => insert.Answer?.Now);
        columns.Add(new NpgsqlParameter<TimeSpan> { TypedValue = IdempotencyRepository.Lifetime });
        return command;
    }

    /// <summary>Reads the statement's answer, in the order of the inserts. Null means that the answer's key is known, or that
    /// another transaction has just created a run with the same key: the next look finds it.</summary>
    public static async Task<InsertReceipt?[]> ReadAsync(NpgsqlDataReader rows, IReadOnlyList<RunInsert> inserts, CancellationToken ct)
    {
        var receipts = new InsertReceipt?[inserts.Count];
        while (await rows.ReadAsync(ct))
        {
            var position = rows.GetInt32(0);
            var insert = inserts[position];
            receipts[position] = rows.GetBoolean(3)
                ? new(new(CreationOutcome.Created, insert.RunId, insert.CreatedAt, rows.GetInt32(2)), rows.IsDBNull(4) ? null : rows.GetInt64(4))
                : !rows.IsDBNull(1)
                    ? new(new(CreationOutcome.Existing, rows.GetGuid(1)), null)
                    : rows.IsDBNull(2) ? new(new(CreationOutcome.DefinitionNotFound), null) : null;
        }

        return receipts;
    }
}
