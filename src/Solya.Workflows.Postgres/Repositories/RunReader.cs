using Npgsql;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Reads a run and its steps in one round trip. The data platform polls runs while they move, and EF's two queries with
/// their materialization take about twice as long as these lines.
/// </summary>
internal static class RunReader
{
    // The columns as RunOf reads them.
    private const string RunColumns =
        """
        workflow_id, external_run_id, executor, status, trigger_context, output_summary, error_code, error_message,
               error_details, heartbeat_interval_seconds, last_heartbeat_at, swept_from, event_sequence, created_at, started_at,
               completed_at, updated_at, workflow_version, idempotency_key, epoch, deadline_at
        """;

    // The columns as StepOf reads them.
    private const string StepColumns =
        """
        id, node_id, node_type, action_type, status, retry_count, resolved_input, output, error_code, error_message,
               error_details, logs, started_at, completed_at, duration_ms, swept_from, created_at, updated_at,
               iteration, kind, attempt, wait_kind, wait_until, signal_type, branch, error_handled
        """;

    private const string StepOrder = "started_at, created_at, id";

    internal const string RunSql =
        $"""
        SELECT {RunColumns}
          FROM workflow_runs
         WHERE organization_id = $1 AND id = $2
        """;

    internal const string StepsOfRunSql =
        $"""
        SELECT {StepColumns}
          FROM workflow_run_steps
         WHERE organization_id = $1 AND run_id = $2
        """;

    private const string StepsSql = $"{StepsOfRunSql} ORDER BY {StepOrder}";

    // OFFSET 0 keeps the planner to one probe of a key per request, as the requests come.
    internal const string RunsOfGroupSql =
        $"""
        SELECT run.*, wanted.position
          FROM unnest($1, $2, $3) AS wanted(position, organization_id, run_id)
         CROSS JOIN LATERAL (
            SELECT {RunColumns}
              FROM workflow_runs
             WHERE organization_id = wanted.organization_id AND id = wanted.run_id
            OFFSET 0) run
        """;

    internal const int MostStepsInGroup = 200;

    // One step more than a run of the group may have tells that it is longer.
    internal static readonly string StepsOfGroupSql =
        $"""
        SELECT step.*, wanted.position
          FROM unnest($1, $2, $3) AS wanted(position, organization_id, run_id)
         CROSS JOIN LATERAL (
            SELECT {StepColumns}
              FROM workflow_run_steps
             WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id
             ORDER BY {StepOrder}
             LIMIT {MostStepsInGroup + 1}) step
        """;

    internal const int PositionOfRun = 21;

    internal const int PositionOfStep = 26;

    public static async Task<Run?> FindAsync(NpgsqlConnection connection, string organizationId, Guid runId, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Command(RunSql, organizationId, runId), Command(StepsSql, organizationId, runId) },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
        {
            return null;
        }

        var run = RunOf(rows, organizationId, runId);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            run.Steps.Add(StepOf(rows, organizationId, runId));
        }

        return run;
    }

    internal static NpgsqlBatchCommand Command(string sql, string organizationId, Guid runId) => new(sql)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = organizationId }, new NpgsqlParameter<Guid> { TypedValue = runId } },
    };

    internal static Run RunOf(NpgsqlDataReader row, string organizationId, Guid runId) => new()
    {
        OrganizationId = organizationId,
        Id = runId,
        WorkflowId = row.IsDBNull(0) ? null : row.GetGuid(0),
        ExternalRunId = Text(row, 1),
        Executor = WireText<RunExecutor>.Parse(row.GetString(2)),
        Status = WireText<RunStatus>.Parse(row.GetString(3)),
        TriggerContext = Text(row, 4),
        OutputSummary = Text(row, 5),
        ErrorCode = Text(row, 6),
        ErrorMessage = Text(row, 7),
        ErrorDetails = Text(row, 8),
        HeartbeatIntervalSeconds = row.IsDBNull(9) ? null : row.GetInt32(9),
        LastHeartbeatAt = row.GetFieldValue<DateTimeOffset>(10),
        SweptFrom = row.IsDBNull(11) ? null : WireText<RunStatus>.Parse(row.GetString(11)),
        EventSequence = row.GetInt64(12),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(13),
        StartedAt = Instant(row, 14),
        CompletedAt = Instant(row, 15),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(16),
        WorkflowVersion = row.IsDBNull(17) ? null : row.GetInt32(17),
        IdempotencyKey = Text(row, 18),
        Epoch = row.GetInt32(19),
        DeadlineAt = Instant(row, 20),
    };

    internal static Step StepOf(NpgsqlDataReader row, string organizationId, Guid runId) => new()
    {
        OrganizationId = organizationId,
        RunId = runId,
        Id = row.GetGuid(0),
        NodeId = row.GetString(1),
        NodeType = WireText<NodeType>.Parse(row.GetString(2)),
        ActionType = row.IsDBNull(3) ? null : WireText<ActionType>.Parse(row.GetString(3)),
        Status = WireText<StepStatus>.Parse(row.GetString(4)),
        RetryCount = row.GetInt64(5),
        ResolvedInput = Text(row, 6),
        Output = Text(row, 7),
        ErrorCode = Text(row, 8),
        ErrorMessage = Text(row, 9),
        ErrorDetails = Text(row, 10),
        Logs = Text(row, 11),
        StartedAt = row.GetFieldValue<DateTimeOffset>(12),
        CompletedAt = Instant(row, 13),
        DurationMs = row.IsDBNull(14) ? null : row.GetInt64(14),
        SweptFrom = row.IsDBNull(15) ? null : WireText<StepStatus>.Parse(row.GetString(15)),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(16),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(17),
        Iteration = row.GetString(18),
        Kind = Text(row, 19),
        Attempt = row.GetInt32(20),
        WaitKind = row.IsDBNull(21) ? null : WireText<WaitKind>.Parse(row.GetString(21)),
        WaitUntil = Instant(row, 22),
        SignalType = Text(row, 23),
        Branch = Text(row, 24),
        ErrorHandled = row.GetBoolean(25),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column)
        => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
