using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Solya.Workflows.Postgres;
using Solya.Workflows.Postgres.Migrations;

namespace Solya.Workflows.Testing;

/// <summary>A database of its own, dropped in the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);
    private static int _count;

    private readonly string _name;
    private readonly string _server;

    private TestDatabase(string name, string server)
    {
        _name = name;
        _server = server;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public string ConnectionString { get; }

    /// <summary>For looking at what stands in the tables.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>A migrated database, copied from a template that is migrated once per test run.</summary>
    public static async Task<TestDatabase> CreateAsync() => await CreateAsync($"TEMPLATE {await Template.Value}");

    /// <summary>A database without a single table.</summary>
    public static Task<TestDatabase> CreateEmptyAsync() => CreateAsync("");

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await OnServerAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
    }

    private static async Task<TestDatabase> CreateAsync(string origin)
    {
        var server = await PostgresServer.ConnectionStringAsync();
        var name = NextName();
        await OnServerAsync(server, $"CREATE DATABASE {name} {origin}");
        return new TestDatabase(name, server);
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var server = await PostgresServer.ConnectionStringAsync();
        var name = NextName();
        await OnServerAsync(server, $"CREATE DATABASE {name}");
        var connectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ConnectionString;
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddPostgres(() => connectionString, new PostgresOptions())
            .BuildServiceProvider();
        await services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        return name; // the next run drops it, when this process is gone
    }

    private static string NextName() => $"solya_test_{Environment.ProcessId}_{Interlocked.Increment(ref _count)}";

    private static async Task OnServerAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }
}
