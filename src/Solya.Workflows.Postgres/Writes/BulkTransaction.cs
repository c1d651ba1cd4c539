using Npgsql;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>Runs statements that may take long: within a transaction, with limits of their own.</summary>
internal static class BulkTransaction
{
    /// <summary>
    /// Executes <paramref name="bulk"/> with the bulk limits and reads its answers. The limits are set in the same round
    /// trip, for this transaction only: the pool's other users keep theirs.
    /// </summary>
    public static async Task<T> ExecuteBulkAsync<T>(
        this NpgsqlConnection connection, PostgresOptions options, NpgsqlBatchCommand[] bulk, Func<NpgsqlDataReader, Task<T>> read, CancellationToken ct)
    {
        var limit = options.BulkStatementTimeoutSeconds;
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = limit,
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true)")
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = $"{limit}s" } },
                },
            },
        };
        foreach (var command in bulk)
        {
            batch.BatchCommands.Add(command);
        }

        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var answer = await read(rows);
        while (await rows.NextResultAsync(ct))
        {
            // To the end, where a failed commit would say so.
        }

        return answer;
    }
}
