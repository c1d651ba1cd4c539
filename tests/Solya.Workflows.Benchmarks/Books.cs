using Npgsql;
using Solya.Workflows.Postgres.Local;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// What PostgreSQL has written down about the service's database. Read from another database, so that the reading is not
/// counted.
/// </summary>
internal sealed class Books(NpgsqlDataSource source, string statements) : IAsyncDisposable
{
    /// <summary>A bench whose server counts statements, where it can.</summary>
    public static async Task<Workbench> StartBenchAsync(IReadOnlyDictionary<string, string>? serverSettings = null)
    {
        var settings = new Dictionary<string, string>(serverSettings ?? new Dictionary<string, string>());
        try
        {
            return await Workbench.StartAsync(new Dictionary<string, string>(settings) { ["shared_preload_libraries"] = "pg_stat_statements" });
        }
        catch (LocalPostgresException)
        {
            Report.Progress("pg_stat_statements is not installed: statements are not counted");
            return await Workbench.StartAsync(settings);
        }
    }

    public static async Task<Books> OpenAsync(Workbench bench)
    {
        var source = NpgsqlDataSource.Create(bench.AdminConnectionString);
        await using var command = source.CreateCommand("SELECT current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%'");
        var isCounting = (bool)(await command.ExecuteScalarAsync())!;
        if (isCounting)
        {
            await using var create = source.CreateCommand("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
            await create.ExecuteNonQueryAsync();
        }

        return new(source, isCounting
            ? "(SELECT sum(calls)::float8 FROM pg_stat_statements WHERE dbid <> (SELECT oid FROM pg_database WHERE datname = current_database()))"
            : "'NaN'::float8");
    }

    /// <summary>Statements so far, and transactions so far that have written: only those are given a number.</summary>
    public async Task<(double Statements, double Writes)> ReadAsync()
    {
        await using var command = source.CreateCommand($"SELECT {statements}, pg_snapshot_xmax(pg_current_snapshot())::text::float8");
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetDouble(0), row.GetDouble(1));
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
