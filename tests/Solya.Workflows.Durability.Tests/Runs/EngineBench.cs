using System.Collections.Concurrent;
using Npgsql;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>
/// A database, a workspace in it, and the service's processes on it, which come and go. Leases last three seconds, so that
/// a dead process is noticed soon.
/// </summary>
internal sealed class EngineBench : IAsyncDisposable
{
    /// <summary>The workspace's, and that of the tokens.</summary>
    public const string Organization = "bench";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IAsyncDisposable _owner;
    private readonly ConcurrentBag<ServiceProcess> _processes = [];
    private readonly ConcurrentBag<HttpClient> _clients = [];
    private readonly SemaphoreSlim _making = new(1);
    private string? _apiKey;

    private EngineBench(IAsyncDisposable owner, string connectionString, bool isPooled)
        => (_owner, ConnectionString, Database) = (
            owner, connectionString, NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = isPooled }.ConnectionString));

    public string ConnectionString { get; }

    /// <summary>For looking at what stands in the tables.</summary>
    public NpgsqlDataSource Database { get; }

    public static async Task<EngineBench> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return new(database, database.ConnectionString, isPooled: true);
    }

    /// <summary>On a server that the test may kill; disposed with the bench.</summary>
    public static EngineBench On(OwnServer server) => new(server, server.ConnectionString, isPooled: false); // a pool would keep connections that the kill broke

    /// <summary>Starts a process and waits until it is ready.</summary>
    public async Task<ServiceProcess> StartAsync(params (string Name, string? Value)[] settings)
    {
        var process = Start(settings);
        await process.WaitUntilReadyAsync(Patience);
        return process;
    }

    /// <summary>Starts a process; a setting that is null is left at its default.</summary>
    public ServiceProcess Start(params (string Name, string? Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__Workflows"] = ConnectionString,
            ["Webhooks__AllowPrivateNetworks"] = "true",
            ["Engine__LeaseSeconds"] = "3",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var process = ServiceProcess.Start(environment);
        _processes.Add(process);
        return process;
    }

    /// <summary>A client of the bench's workspace, which is made when the first one is wanted.</summary>
    public async Task<HttpClient> ClientOfAsync(ServiceProcess process)
    {
        var client = process.CreateClient(token: null);
        _clients.Add(client);
        await _making.WaitAsync();
        try
        {
            if (_apiKey is null)
            {
                var made = await client.PostAsync("/v1/workspaces", new { slug = "bench", id = Organization }, ("x-admin-token", WorkflowsApi.AdminToken));
                _apiKey = (string)made.Data["apiKey"]!["key"]!;
            }
        }
        finally
        {
            _making.Release();
        }

        client.DefaultRequestHeaders.Add("x-api-key", _apiKey);
        return client;
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> CountAsync(string from) => ScalarAsync<long>($"SELECT count(*) FROM {from}");

    /// <summary>Waits until every run has ended.</summary>
    public Task EverythingEndsAsync(TimeSpan within)
        => Eventually.TrueAsync(
            async () => await CountAsync("workflow_runs WHERE status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')") == 0, within, "every run has ended");

    /// <summary>Waits until no process has anything to do for any run.</summary>
    public Task EverythingRestsAsync(TimeSpan within)
        => Eventually.TrueAsync(
            async () => await CountAsync("run_queue WHERE lease_epoch IS NOT NULL OR due_at <= clock_timestamp()") == 0, within, "every run rests");

    /// <summary>How many runs stand in each status, as <c>COMPLETED 3, FAILED 1</c>.</summary>
    public Task<string> StatusesAsync() => ScalarAsync<string>(
        "SELECT coalesce(string_agg(status || ' ' || number, ', ' ORDER BY status), '') FROM (SELECT status, count(*) AS number FROM workflow_runs GROUP BY status) counted");

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                await process.KillAsync(); // also one that was stopped
            }

            await process.DisposeAsync();
        }

        _making.Dispose();
        await Database.DisposeAsync();
        await _owner.DisposeAsync();
    }
}
