using System.Diagnostics;
using Npgsql;

namespace Solya.Workflows.Benchmarks;

/// <summary>The least that a queue in PostgreSQL could be: a narrow table, and loops on raw connections that take ten rows at a time.</summary>
internal static class RawQueue
{
    private const int Taken = 10;

    private const string Table =
        """
        DROP TABLE IF EXISTS raw_queue;
        CREATE TABLE raw_queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status smallint NOT NULL DEFAULT 0, lease uuid, done_at timestamptz);
        CREATE INDEX ix_raw_queue_due ON raw_queue (id) WHERE status = 0;
        """;

    private const string LockSql = "SELECT id FROM raw_queue WHERE status = 0 ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED";

    private const string LeaseSql =
        """
        UPDATE raw_queue SET status = 1, lease = $1
         WHERE id IN (SELECT id FROM raw_queue WHERE status = 0 ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED)
        RETURNING id
        """;

    /// <summary>Each transaction takes ten rows, completes them and inserts the ten that come next; the rate is of rows.</summary>
    public static async Task<Load> ChainAsync(Workbench bench, int connections, TimeSpan time)
    {
        await FillAsync(bench, connections * 100);
        return await RunAsync(bench, connections, time, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var ids = await IdsAsync(new NpgsqlCommand(LockSql, connection));
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("UPDATE raw_queue SET status = 2, done_at = clock_timestamp() WHERE id = ANY ($1)") { Parameters = { new NpgsqlParameter<long[]> { TypedValue = ids } } },
                    new("INSERT INTO raw_queue (status) SELECT 0 FROM generate_series(1, $1)") { Parameters = { new NpgsqlParameter<int> { TypedValue = ids.Length } } },
                },
            };
            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            return ids.Length;
        });
    }

    /// <summary>Ten rows are leased in one commit, and each is completed in one of its own; the rate is of rows.</summary>
    public static async Task<Load> LeasesAsync(Workbench bench, int connections, TimeSpan time)
    {
        const int MostPerSecond = 50_000;
        await FillAsync(bench, (int)(MostPerSecond * time.TotalSeconds));
        return await RunAsync(bench, connections, time, async connection =>
        {
            var lease = Guid.CreateVersion7();
            var ids = await IdsAsync(new NpgsqlCommand(LeaseSql, connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = lease } } });
            foreach (var id in ids)
            {
                await using var complete = new NpgsqlCommand("UPDATE raw_queue SET status = 2, done_at = clock_timestamp() WHERE id = $1 AND lease = $2", connection)
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = id }, new NpgsqlParameter<Guid> { TypedValue = lease } },
                };
                await complete.ExecuteNonQueryAsync();
            }

            return ids.Length;
        });
    }

    private static Task FillAsync(Workbench bench, int rows)
        => bench.ExecuteAsync($"{Table}INSERT INTO raw_queue (status) SELECT 0 FROM generate_series(1, {rows}); ANALYZE raw_queue");

    private static async Task<Load> RunAsync(Workbench bench, int connections, TimeSpan time, Func<NpgsqlConnection, Task<int>> turn)
    {
        var before = bench.ProcessorOf(Environment.ProcessId);
        var began = Stopwatch.GetTimestamp();
        var loops = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => LoopAsync(bench, began, time, turn))));
        var elapsed = Stopwatch.GetElapsedTime(began);
        var rows = loops.Sum(loop => loop.Rows);
        return Load.Of(elapsed, [.. loops.SelectMany(loop => loop.Times)], []) with
        {
            Count = rows,
            Rate = rows / elapsed.TotalSeconds,
            Processor = (bench.ProcessorOf(Environment.ProcessId) - before).Each(rows),
        };
    }

    private static async Task<(int Rows, List<long> Times)> LoopAsync(Workbench bench, long began, TimeSpan time, Func<NpgsqlConnection, Task<int>> turn)
    {
        await using var connection = await bench.Source.OpenConnectionAsync();
        var (rows, times) = (0, new List<long>());
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            var start = Stopwatch.GetTimestamp();
            var taken = await turn(connection);
            times.Add(Stopwatch.GetTimestamp() - start);
            rows += taken;
            if (taken < Taken)
            {
                throw new RequestFailedException("The raw queue ran empty.");
            }
        }

        return (rows, times);
    }

    private static async Task<long[]> IdsAsync(NpgsqlCommand command)
    {
        await using (command)
        {
            await using var rows = await command.ExecuteReaderAsync();
            var ids = new List<long>();
            while (await rows.ReadAsync())
            {
                ids.Add(rows.GetInt64(0));
            }

            return [.. ids];
        }
    }
}
