using Solya.Workflows.Ids;

namespace Solya.Workflows.Api.Tests.DataPlatform;

/// <summary>A line of a run's history, as it stands in the table.</summary>
internal sealed record HistoryLine(long Sequence, string EventType, string Status, string? Payload);

/// <summary>A run's rows, past the API: to let time pass by the database's clock, and to read the history.</summary>
internal static class RunRows
{
    /// <summary>Lets the run's last sign of life lie this far back.</summary>
    public static async Task AgeAsync(this TestDatabase database, string run, TimeSpan silence)
        => Assert.Equal(1, await database.ExecuteAsync(
            $"""
            UPDATE workflow_runs
               SET last_heartbeat_at = date_trunc('milliseconds', clock_timestamp()) - make_interval(secs => {(int)silence.TotalSeconds})
             WHERE id = '{KeyOf(run)}'
            """));

    public static async Task<IReadOnlyList<HistoryLine>> HistoryAsync(this TestDatabase database, string run)
    {
        await using var command = database.Source.CreateCommand(
            $"SELECT sequence, event_type, status, payload::text FROM workflow_run_events WHERE run_id = '{KeyOf(run)}' ORDER BY sequence");
        await using var rows = await command.ExecuteReaderAsync();
        var history = new List<HistoryLine>();
        while (await rows.ReadAsync())
        {
            history.Add(new(rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetString(3)));
        }

        return history;
    }

    public static async Task<string[]> EventTypesAsync(this TestDatabase database, string run)
        => [.. (await database.HistoryAsync(run)).Select(line => line.EventType)];

    /// <summary>Returns when a session of this database waits for a lock.</summary>
    public static async Task SomebodyWaitsAsync(this TestDatabase database)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    public static Guid KeyOf(string run) => PublicId.Parse(PublicId.Run, run)!.Value;
}
