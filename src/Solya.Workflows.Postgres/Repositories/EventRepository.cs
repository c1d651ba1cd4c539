using Npgsql;
using Solya.Workflows.Events;
using Solya.Workflows.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>The histories of runs.</summary>
public sealed class EventRepository(Database database)
{
    private const string RunSql = "SELECT status, event_sequence FROM workflow_runs WHERE organization_id = $1 AND id = $2";

    // Sequences have no gaps, so a part of the history is a range of the primary key however deep it lies.
    private const string EventsSql =
        """
        SELECT happening.sequence, happening.event_type, happening.step_id, step.node_id, happening.status, happening.payload, happening.created_at
          FROM workflow_run_events happening
          LEFT JOIN workflow_run_steps step
            ON step.organization_id = happening.organization_id AND step.run_id = happening.run_id AND step.id = happening.step_id
         WHERE happening.organization_id = $1 AND happening.run_id = $2 AND happening.sequence > $3 AND happening.sequence <= $4
         ORDER BY happening.sequence
        """;

    /// <summary>Events of a run, oldest first, in one round trip; null when the organization has no run of that id.</summary>
    /// <param name="after">Only events with a greater sequence.</param>
    public Task<HistoryPart?> ListEventsAsync(string organizationId, Guid runId, long after, int most, CancellationToken ct)
        => database.ReadByKeyAsync(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        new NpgsqlBatchCommand(RunSql) { Parameters = { Text(organizationId), Id(runId) } },
                        new NpgsqlBatchCommand(EventsSql)
                        {
                            Parameters = { Text(organizationId), Id(runId), Number(after), Number(after > long.MaxValue - most ? long.MaxValue : after + most) },
                        },
                    },
                };
                await using var rows = await batch.ExecuteReaderAsync(ct);
                if (!await rows.ReadAsync(ct))
                {
                    return null;
                }

                var (status, newest) = (WireText<RunStatus>.Parse(rows.GetString(0)), rows.GetInt64(1));
                await rows.NextResultAsync(ct);
                var events = new List<RecordedEvent>();
                while (await rows.ReadAsync(ct))
                {
                    // The second statement may see events that the first did not: they belong to the next part.
                    if (rows.GetInt64(0) <= newest)
                    {
                        events.Add(EventOf(rows, organizationId, runId));
                    }
                }

                return new HistoryPart(status, newest, events);
            },
            ct);

    private static RecordedEvent EventOf(NpgsqlDataReader row, string organizationId, Guid runId) => new(
        new()
        {
            OrganizationId = organizationId,
            RunId = runId,
            Sequence = row.GetInt64(0),
            EventType = row.GetString(1),
            StepId = row.IsDBNull(2) ? null : row.GetGuid(2),
            Status = row.GetString(4),
            Payload = row.IsDBNull(5) ? null : row.GetString(5),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(6),
        },
        row.IsDBNull(3) ? null : row.GetString(3));

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<Guid> Id(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };
}
