using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Schedules;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <inheritdoc cref="IScheduledRuns"/>
/// <param name="hints">Null in a process without an engine.</param>
public sealed class ScheduleRepository(Database database, IdGenerator ids, IEngineHints? hints = null) : IScheduledRuns
{
    // SKIP LOCKED: processes that look at the same time take different schedules. A row that was decided on meanwhile is
    // checked again once it is locked, and is not due any more. The schedule's own key on the run is the second lock.
    private const string DueSql =
        """
        SELECT organization_id, id, schedule_type, schedule_value, timezone, catch_up, overlap, schedule_anchor, waiting_ticks,
               EXISTS (SELECT FROM workflow_runs run
                        WHERE run.organization_id = workflow.organization_id AND run.workflow_id = workflow.id
                          AND run.scheduled_for IS NOT NULL AND run.status IN ('PENDING', 'RUNNING', 'WAITING', 'PAUSED'))
          FROM workflows workflow
         WHERE status = 'ACTIVE' AND schedule_due_at IS NOT NULL AND schedule_due_at <= $1
         ORDER BY schedule_due_at
         LIMIT $2
           FOR NO KEY UPDATE SKIP LOCKED
        """;

    private const string DecideSql =
        """
        UPDATE workflows workflow
           SET schedule_anchor = turn.anchor, next_run_at = turn.next_run_at, schedule_due_at = turn.due_at, waiting_ticks = turn.waiting::timestamptz[]
          FROM unnest($1, $2, $3, $4, $5, $6) AS turn(organization_id, id, anchor, next_run_at, due_at, waiting)
         WHERE workflow.organization_id = turn.organization_id AND workflow.id = turn.id
        """;

    /// <summary>What the run of a tick is known by: whoever wants to start it a second time finds the first.</summary>
    public static string KeyOf(Guid workflowId, DateTimeOffset tick) => $"schedule:{workflowId}:{Timestamp.Format(tick)}";

    public async Task<int> StartDueAsync(int most, DateTimeOffset now, CancellationToken ct)
    {
        var (decided, started) = await database.WriteLongAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var due = await DueAsync(connection, most, now, ct);
                if (due.Count == 0)
                {
                    return (0, 0);
                }

                var turns = due.Select(workflow => (workflow, turn: ScheduleTurn.Of(workflow.Rule, workflow.Anchor, workflow.Waiting, workflow.IsBusy, now))).ToList();
                var inserts = turns.SelectMany(decided => decided.turn.Starts.Select(tick => InsertOf(decided.workflow, tick))).ToList();
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { DecideCommand(turns) } };
                if (inserts.Count > 0)
                {
                    batch.BatchCommands.Add(CreateRunStatement.For(inserts));
                }

                await batch.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
                return (due.Count, inserts.Count);
            },
            ct);
        if (started > 0)
        {
            hints?.WorkQueued();
        }

        return decided;
    }

    private RunInsert InsertOf(DueWorkflow workflow, DateTimeOffset tick)
    {
        var (id, createdAt) = ids.Next();
        var input = Json.Write(writer =>
        {
            writer.WriteString("scheduled_at", Timestamp.Format(tick));
            writer.WriteString("timezone", workflow.Rule.TimeZone);
        });
        return new(new(workflow.OrganizationId, workflow.Id, new(input), KeyOf(workflow.Id, tick), tick), id, createdAt, WorkerId: null, default);
    }

    private static async Task<List<DueWorkflow>> DueAsync(NpgsqlConnection connection, int most, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(DueSql, connection)
        {
            Parameters = { LockedRun.Instant(now), new NpgsqlParameter<int> { TypedValue = most } },
        };
        var due = new List<DueWorkflow>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            due.Add(new(
                rows.GetString(0),
                rows.GetGuid(1),
                new(
                    WireText<ScheduleType>.Parse(rows.GetString(2)),
                    rows.IsDBNull(3) ? null : rows.GetString(3),
                    rows.GetString(4),
                    WireText<CatchUp>.Parse(rows.GetString(5)),
                    WireText<Overlap>.Parse(rows.GetString(6))),
                rows.GetFieldValue<DateTimeOffset>(7),
                rows.GetFieldValue<DateTimeOffset[]>(8),
                rows.GetBoolean(9)));
        }

        return due;
    }

    private static NpgsqlBatchCommand DecideCommand(List<(DueWorkflow Workflow, ScheduleTurn Turn)> turns)
    {
        var command = new NpgsqlBatchCommand(DecideSql);
        command.Parameters.AddColumn(NpgsqlDbType.Text, turns, row => row.Workflow.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, turns, row => row.Workflow.Id);
        command.Parameters.AddColumn(NpgsqlDbType.TimestampTz, turns, row => row.Turn.Anchor);
        command.Parameters.AddColumn(NpgsqlDbType.TimestampTz, turns, row => row.Turn.NextRunAt);
        command.Parameters.AddColumn(NpgsqlDbType.TimestampTz, turns, row => row.Turn.DueAt);
        // As text: unnest would take arrays of arrays apart altogether.
        command.Parameters.AddColumn(NpgsqlDbType.Text, turns, row => $"{{{string.Join(',', row.Turn.Waiting.Select(Timestamp.Format))}}}");
        return command;
    }

    private sealed record DueWorkflow(
        string OrganizationId, Guid Id, ScheduleRule Rule, DateTimeOffset Anchor, IReadOnlyList<DateTimeOffset> Waiting, bool IsBusy);
}
