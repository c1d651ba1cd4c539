using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>Reads everything the engine has to know of runs, in one round trip for any number of them.</summary>
internal static class RunStateReader
{
    private const string RunsSql =
        """
        SELECT wanted.position, run.workflow_id, run.workflow_version, run.status, run.trigger_context, run.state, run.event_sequence,
               run.created_at, run.started_at, run.completed_at, run.parent_run_id, run.parent_step_id, run.deadline_at
          FROM unnest($1, $2, $3) AS wanted(position, organization_id, run_id)
         CROSS JOIN LATERAL (
            SELECT * FROM workflow_runs WHERE organization_id = wanted.organization_id AND id = wanted.run_id
            OFFSET 0) run
        """;

    private const string StepsSql =
        """
        SELECT wanted.position, step.id, step.node_id, step.iteration, step.kind, step.status, step.attempt, step.resolved_input, step.output,
               step.error_code, step.error_message, step.error_details, step.wait_kind, step.wait_until, step.signal_type, step.branch,
               step.error_handled, step.started_at, step.completed_at, step.created_at,
               child.id, child.status, child.output_summary, child.error_code, child.error_message
          FROM unnest($1, $2, $3) AS wanted(position, organization_id, run_id)
         CROSS JOIN LATERAL (
            SELECT * FROM workflow_run_steps WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id
            OFFSET 0) step
          LEFT JOIN LATERAL (
            SELECT * FROM workflow_runs
             WHERE step.wait_kind = 'CHILD'
               AND organization_id = wanted.organization_id AND parent_run_id = wanted.run_id AND parent_step_id = step.id
             ORDER BY created_at DESC, id DESC
             LIMIT 1) child ON true
        """;

    private const string SignalsSql =
        """
        SELECT wanted.position, signal.sequence, signal.signal_type, signal.payload
          FROM unnest($1, $2, $3) AS wanted(position, organization_id, run_id)
         CROSS JOIN LATERAL (
            SELECT * FROM run_signals
             WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id AND consumed_at IS NULL
             ORDER BY sequence
            OFFSET 0) signal
         ORDER BY wanted.position, signal.sequence
        """;

    /// <summary>The runs in the order of their keys; null where there is none that the engine executes.</summary>
    public static async Task<RunState?[]> ReadAsync(NpgsqlConnection connection, IReadOnlyList<RunKey> keys, CancellationToken ct)
    {
        var states = new RunState?[keys.Count];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Command(RunsSql, keys), Command(StepsSql, keys), Command(SignalsSql, keys) },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (!rows.IsDBNull(2))
            {
                var position = rows.GetInt32(0);
                states[position] = RunOf(rows, keys[position]);
            }
        }

        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (states[rows.GetInt32(0)] is { } run)
            {
                var step = StepOf(rows);
                run.Steps.Add(step.Key, step);
            }
        }

        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            states[rows.GetInt32(0)]?.Signals.Add(new(rows.GetInt64(1), rows.GetString(2), new(rows.GetString(3))));
        }

        return states;
    }

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<RunKey> keys)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Enumerable.Range(0, keys.Count)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.OrganizationId)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. keys.Select(key => key.RunId)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        return command;
    }

    private static RunState RunOf(NpgsqlDataReader row, RunKey key) => new()
    {
        OrganizationId = key.OrganizationId,
        RunId = key.RunId,
        WorkflowId = row.GetGuid(1),
        WorkflowVersion = row.GetInt32(2),
        Status = WireText<RunStatus>.Parse(row.GetString(3)),
        Input = JsonText.Of(Text(row, 4)) ?? JsonText.EmptyObject,
        State = JsonText.Of(Text(row, 5)) ?? JsonText.EmptyObject,
        EventSequence = row.GetInt64(6),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(7),
        StartedAt = Instant(row, 8),
        CompletedAt = Instant(row, 9),
        ParentRunId = row.IsDBNull(10) ? null : row.GetGuid(10),
        ParentStepId = row.IsDBNull(11) ? null : row.GetGuid(11),
        Deadline = Instant(row, 12),
    };

    private static StepState StepOf(NpgsqlDataReader row) => new(new(row.GetString(2), row.GetString(3)), row.GetGuid(1), WireText<NodeKind>.Parse(row.GetString(4)))
    {
        Status = WireText<StepStatus>.Parse(row.GetString(5)),
        Attempt = row.GetInt32(6),
        Config = JsonText.Of(Text(row, 7)),
        Output = JsonText.Of(Text(row, 8)),
        Error = Text(row, 9) is { } code ? new(code, Text(row, 10) ?? "", Text(row, 11)) : null,
        WaitKind = Text(row, 12) is { } kind ? WireText<WaitKind>.Parse(kind) : null,
        WaitUntil = Instant(row, 13),
        SignalType = Text(row, 14),
        Branch = Text(row, 15),
        IsErrorHandled = row.GetBoolean(16),
        StartedAt = row.GetFieldValue<DateTimeOffset>(17),
        CompletedAt = Instant(row, 18),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(19),
        Child = row.IsDBNull(20)
            ? null
            : new(
                row.GetGuid(20),
                WireText<RunStatus>.Parse(row.GetString(21)),
                JsonText.Of(Text(row, 22)),
                Text(row, 23) is { } childCode ? new(childCode, Text(row, 24) ?? "") : null),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column)
        => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
