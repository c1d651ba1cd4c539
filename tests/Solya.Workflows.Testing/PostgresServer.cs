using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Solya.Workflows.Postgres.Local;

namespace Solya.Workflows.Testing;

/// <summary>
/// The one place that knows where tests find PostgreSQL: <c>SOLYA_TEST_POSTGRES</c>, else a container when built with
/// <c>-p:UseTestcontainers=true</c>, else a private server from the local binaries. One server per test run.
/// </summary>
public static class PostgresServer
{
    private static readonly Lazy<Task<string>> Started = new(StartAsync);

    /// <summary>A connection string of a user who may create databases.</summary>
    public static Task<string> ConnectionStringAsync() => Started.Value;

    private static async Task<string> StartAsync()
    {
        var server = await FindAsync();
        await DropLeftoversAsync(server);
        return server;
    }

    private static async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("SOLYA_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

#if USE_TESTCONTAINERS
        var container = new Testcontainers.PostgreSql.PostgreSqlBuilder().WithImage("postgres:17").Build();
        await container.StartAsync(); // stopped by the reaper when the process ends
        return container.GetConnectionString();
#else
        var server = await LocalPostgres.StartAsync(
            new LocalPostgresOptions { DataDirectory = Repository.PathOf("artifacts", "test-postgres") }, NullLogger.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return server.AdminConnectionString;
#endif
    }

    // Databases carry the process that made them; those of processes that have died are nobody's.
    private static async Task DropLeftoversAsync(string server)
    {
        await using var source = NpgsqlDataSource.Create(server);
        var leftovers = new List<string>();
        await using (var command = source.CreateCommand("SELECT datname FROM pg_database WHERE datname LIKE 'solya\\_test\\_%'"))
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                var name = rows.GetString(0);
                if (int.TryParse(name.Split('_')[2], out var process) && !File.Exists($"/proc/{process}/status"))
                {
                    leftovers.Add(name);
                }
            }
        }

        foreach (var name in leftovers)
        {
            await using var drop = source.CreateCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync();
        }
    }
}
