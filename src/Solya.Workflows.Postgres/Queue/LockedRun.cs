using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Webhooks;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>
/// A run that somebody from outside changes, in a transaction that holds its row: nobody else moves it meanwhile. Every
/// change writes an event, by which an engine that holds the run learns that it has to look again.
/// </summary>
internal sealed class LockedRun
{
    private readonly NpgsqlConnection _connection;
    private readonly (Guid RunId, Guid StepId)? _waiting;
    private readonly List<(string Type, Guid? StepId, string Status, string? Payload)> _events = [];

    private LockedRun(NpgsqlConnection connection, RunKey key, NpgsqlDataReader row)
    {
        _connection = connection;
        Key = key;
        Executor = WireText<RunExecutor>.Parse(row.GetString(0));
        Status = WireText<RunStatus>.Parse(row.GetString(1));
        WorkflowId = row.IsDBNull(2) ? null : row.GetGuid(2);
        State = JsonText.Of(row.IsDBNull(3) ? null : row.GetString(3)) ?? JsonText.EmptyObject;
        EventSequence = row.GetInt64(4);
        // Not before anything that has happened to the run: its history must not run backwards.
        var (clock, newest) = (row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6));
        Now = clock > newest ? clock : newest;
        _waiting = row.IsDBNull(7) || row.IsDBNull(8) ? null : (row.GetGuid(7), row.GetGuid(8));
    }

    public RunKey Key { get; }

    public RunExecutor Executor { get; }

    public RunStatus Status { get; private set; }

    public Guid? WorkflowId { get; }

    public JsonText State { get; private set; }

    public long EventSequence { get; private set; }

    /// <summary>The run to wake when this one has ended; null when none waits for it.</summary>
    public RunKey? WaitingRun => Status.IsTerminal() && _waiting is { } waiting ? new(Key.OrganizationId, waiting.RunId) : null;

    /// <summary>The database's clock, in whole milliseconds.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Locks the run; null when the organization has none of that id.</summary>
    public static async Task<LockedRun?> LockAsync(NpgsqlConnection connection, RunKey key, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT executor, status, workflow_id, state, event_sequence, date_trunc('milliseconds', clock_timestamp()), updated_at, parent_run_id, parent_step_id
              FROM workflow_runs
             WHERE organization_id = $1 AND id = $2
               FOR NO KEY UPDATE
            """,
            connection)
        {
            Parameters = { Text(key.OrganizationId), new NpgsqlParameter<Guid> { TypedValue = key.RunId } },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new(connection, key, row) : null;
    }

    /// <summary>Moves the run if its status allows it.</summary>
    public bool TryMove(RunTrigger trigger, string? eventType, string? payload = null)
    {
        if (RunTransitions.Next(Status, trigger) is not { } next)
        {
            return false;
        }

        var moved = next != Status;
        Status = next;
        if (moved && eventType is not null)
        {
            Tell(eventType, payload);
        }

        return true;
    }

    /// <summary>Appends to the history.</summary>
    /// <returns>The event's sequence.</returns>
    public long Tell(string eventType, string? payload = null, Guid? stepId = null, StepStatus? stepStatus = null)
    {
        _events.Add((eventType, stepId, stepStatus?.Text() ?? Status.Text(), payload));
        return EventSequence + _events.Count;
    }

    /// <returns>False when the state would be larger than it may be; it is then as it was.</returns>
    public bool TryMergeIntoState(JsonText payload) => TryReplaceState(Documents.Merge(State, payload));

    /// <inheritdoc cref="TryMergeIntoState"/>
    public bool TryPutIntoState(string name, string json) => TryReplaceState(Documents.With(State, name, json));

    /// <summary>Ends a step from outside.</summary>
    public async Task EndStepAsync(Guid stepId, StepStatus status, JsonText? output, StepError? error, int? attempt, CancellationToken ct)
        => await ExecuteAsync(
            """
            UPDATE workflow_run_steps
               SET status = $4, output = $5::json, error_code = $6, error_message = $7, error_details = $8::json,
                   attempt = coalesce($9, attempt), retry_count = greatest(coalesce($9, attempt) - 1, 0),
                   wait_kind = NULL, wait_until = NULL, completed_at = $10,
                   duration_ms = greatest(0, (extract(epoch FROM $10 - started_at) * 1000)::bigint), updated_at = $10
             WHERE organization_id = $1 AND run_id = $2 AND id = $3
            """,
            ct,
            new NpgsqlParameter<Guid> { TypedValue = stepId },
            Text(status.Text()),
            Text(output?.Text),
            Text(error?.Code),
            Text(error?.Message),
            Text(error?.Details),
            new NpgsqlParameter { Value = (object?)attempt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            Instant(Now));

    /// <summary>Runs a statement whose first parameters are the organization and the run.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var list = new List<T>();
        while (await rows.ReadAsync(ct))
        {
            list.Add(read(rows));
        }

        return list;
    }

    /// <summary>Puts the run before the engine: due at once, or, when a process holds it, with news for that process.</summary>
    public Task WakeAsync(CancellationToken ct) => ExecuteAsync(
        """
        INSERT INTO run_queue AS queued (organization_id, run_id, due_at)
        VALUES ($1, $2, clock_timestamp())
        ON CONFLICT (organization_id, run_id) DO UPDATE SET
            due_at = CASE WHEN queued.lease_epoch IS NULL THEN excluded.due_at ELSE queued.due_at END,
            has_news = queued.lease_epoch IS NOT NULL
        """,
        ct);

    /// <summary>Writes the run, its events, and the deliveries they cause. The transaction is the caller's to commit.</summary>
    /// <param name="isNewEpoch">Whether everything that was begun before counts no more, the time it has taken included.</param>
    public async Task SaveAsync(bool isNewEpoch, CancellationToken ct)
    {
        await ExecuteAsync(
            """
            UPDATE workflow_runs
               SET status = $3, state = CASE WHEN executor = 'ENGINE' THEN $4::json ELSE state END, event_sequence = $5, updated_at = greatest(updated_at, $6),
                   completed_at = CASE WHEN $3 NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN NULL ELSE coalesce(completed_at, $6) END,
                   error_code = CASE WHEN $3 = 'FAILED' THEN error_code END,
                   error_message = CASE WHEN $3 = 'FAILED' THEN error_message END,
                   error_details = CASE WHEN $3 = 'FAILED' THEN error_details END,
                   swept_from = CASE WHEN $3 = 'FAILED' THEN swept_from END,
                   epoch = epoch + CASE WHEN $7 THEN 1 ELSE 0 END,
                   deadline_at = CASE WHEN $7 THEN NULL ELSE deadline_at END
             WHERE organization_id = $1 AND id = $2
            """,
            ct,
            Text(Status.Text()),
            Text(State.Text),
            new NpgsqlParameter<long> { TypedValue = EventSequence + _events.Count },
            Instant(Now),
            new NpgsqlParameter<bool> { TypedValue = isNewEpoch });
        var rows = _events.Select((happening, i) => (Sequence: EventSequence + i + 1, Event: happening)).ToList();
        await using var batch = new NpgsqlBatch(_connection);
        var history = new NpgsqlBatchCommand(
            """
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, step_id, status, payload, created_at)
            SELECT $1, $2, sequence, event_type, step_id, status, payload::json, $3
              FROM unnest($4, $5, $6, $7, $8) AS happening(sequence, event_type, step_id, status, payload)
            """)
        {
            Parameters = { Text(Key.OrganizationId), new NpgsqlParameter<Guid> { TypedValue = Key.RunId }, Instant(Now) },
        };
        history.Parameters.AddColumn(NpgsqlDbType.Bigint, rows, row => row.Sequence);
        history.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Event.Type);
        history.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => row.Event.StepId);
        history.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Event.Status);
        history.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Event.Payload);
        batch.BatchCommands.Add(history);
        TellableEvent[] tellable =
        [
            .. rows.Where(row => WebhookEvents.All.Contains(row.Event.Type)).Select(row => new TellableEvent(
                Key.OrganizationId,
                Key.RunId,
                row.Sequence,
                row.Event.Type,
                WebhookEvents.Body(Key.OrganizationId, Key.RunId, WorkflowId, row.Sequence, row.Event.Type, row.Event.Status, row.Event.StepId, row.Event.Payload, Now),
                Now)),
        ];
        if (tellable.Length > 0)
        {
            batch.BatchCommands.Add(DeliveryStatement.For(tellable));
        }

        if (Status.IsTerminal() && _waiting is { } waiting)
        {
            batch.BatchCommands.Add(new(
                """
                INSERT INTO run_queue AS queued (organization_id, run_id, due_at)
                SELECT organization_id, run_id, clock_timestamp() FROM workflow_run_steps
                 WHERE organization_id = $1 AND run_id = $2 AND id = $3 AND wait_kind = 'CHILD'
                ON CONFLICT (organization_id, run_id) DO UPDATE SET
                    due_at = CASE WHEN queued.lease_epoch IS NULL THEN excluded.due_at ELSE queued.due_at END,
                    has_news = queued.lease_epoch IS NOT NULL
                """)
            {
                Parameters = { Text(Key.OrganizationId), new NpgsqlParameter<Guid> { TypedValue = waiting.RunId }, new NpgsqlParameter<Guid> { TypedValue = waiting.StepId } },
            });
        }

        await batch.ExecuteNonQueryAsync(ct);
        EventSequence += _events.Count;
        _events.Clear();
    }

    internal static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    internal static NpgsqlParameter Instant(DateTimeOffset? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private bool TryReplaceState(JsonText state)
    {
        if (state.Text.Length > Advancer.MaxDocument)
        {
            return false;
        }

        State = state;
        return true;
    }

    private NpgsqlCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, _connection)
        {
            Parameters = { Text(Key.OrganizationId), new NpgsqlParameter<Guid> { TypedValue = Key.RunId } },
        };
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
