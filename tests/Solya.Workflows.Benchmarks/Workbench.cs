using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Solya.Workflows.Postgres.Local;
using Solya.Workflows.Testing;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// A fresh PostgreSQL of its own with durable settings, and the service and the floor beside each other on it. Each benchmark
/// has one to itself, so that none measures what another left behind.
/// </summary>
internal sealed class Workbench : IAsyncDisposable
{
    public const string Token = "benchmark-token";
    public const string CronToken = "benchmark-cron-token";
    public const string AdminToken = "benchmark-admin-token";
    public const string JwtKey = "benchmark-key-of-at-least-32-bytes";
    public const string Organization = "org_benchmark";

    /// <summary>Lets sockets complete on their poller's thread; read by the runtime at the first socket.</summary>
    public const string InlineSockets = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private readonly LocalPostgres _postgres;
    private ChildProcess? _floor;

    private Workbench(string scratch, LocalPostgres postgres, ChildProcess service)
    {
        Scratch = scratch;
        _postgres = postgres;
        Service = service;
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { CommandTimeout = 600, MaxAutoPrepare = 20 });
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service.Address, Timeout = TimeSpan.FromMinutes(3) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
    }

    public string Scratch { get; }

    public ChildProcess Service { get; }

    /// <summary>For preparing and looking at the tables; the service's database.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>For single calls to the service.</summary>
    public HttpClient Client { get; }

    private int Postmaster => int.Parse(File.ReadLines(Path.Combine(Scratch, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public string AdminConnectionString => _postgres.AdminConnectionString;

    /// <param name="serverSettings">Of PostgreSQL, beside its built-in ones.</param>
    /// <param name="serviceSettings">Of the service, as environment variables.</param>
    public static async Task<Workbench> StartAsync(
        IReadOnlyDictionary<string, string>? serverSettings = null, IReadOnlyDictionary<string, string>? serviceSettings = null)
    {
        var scratch = MakeScratch();
        var postgres = await LocalPostgres.StartAsync(
            new LocalPostgresOptions { DataDirectory = scratch, Settings = serverSettings ?? new Dictionary<string, string>() },
            NullLogger.Instance,
            CancellationToken.None);
        return new(scratch, postgres, await StartServiceAsync(scratch, postgres, serviceSettings));
    }

    /// <summary>One more process of the service on the same database; who asks for it ends it.</summary>
    /// <param name="settings">Of the service, as environment variables.</param>
    public Task<ChildProcess> StartServiceAsync(IReadOnlyDictionary<string, string>? settings = null) => StartServiceAsync(Scratch, _postgres, settings);

    public static string MakeScratch()
        => Directory.CreateDirectory(Repository.PathOf("artifacts", "bench", Path.GetRandomFileName())).FullName;

    /// <summary>The floor server, started at the first call on the tables that <see cref="FloorServer.Tables"/> makes.</summary>
    public async Task<ChildProcess> FloorAsync()
    {
        if (_floor is null)
        {
            await ExecuteAsync(FloorServer.Tables);
            _floor = ChildProcess.StartFloor(Scratch, _postgres.ConnectionString);
            await _floor.WaitUntilReadyAsync("/");
        }

        return _floor;
    }

    /// <summary>Load on one of the servers, with the processor time that it and PostgreSQL take for it.</summary>
    public async Task<Load> LoadAsync(
        ChildProcess server,
        int connections,
        TimeSpan time,
        Func<int, Func<long, ReadOnlyMemory<byte>>> requestsOf,
        long mostPerConnection = long.MaxValue,
        Action<int, ReadOnlySpan<byte>>? onAnswer = null)
    {
        var before = ProcessorOf(server.Id);
        var load = await LoadGenerator.RunAsync(server.Address, connections, time, requestsOf, mostPerConnection, onAnswer);
        return load with { Processor = (ProcessorOf(server.Id) - before).Each(load.Count) };
    }

    /// <summary>What a process and PostgreSQL have used so far.</summary>
    public ProcessorTime ProcessorOf(int process) => ProcessorTime.Of(process, Postmaster);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The value of one row and column.</summary>
    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until the statement answers true.</summary>
    /// <param name="rest">Between two looks; by default 5 ms.</param>
    /// <exception cref="RequestFailedException">It did not in time.</exception>
    public async Task WaitForAsync(string sql, TimeSpan patience, string failure, TimeSpan? rest = null)
    {
        using var poll = new PeriodicTimer(rest ?? TimeSpan.FromMilliseconds(5));
        var began = Stopwatch.GetTimestamp();
        await using var command = Source.CreateCommand(sql);
        while (!(bool)(await command.ExecuteScalarAsync())!)
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                throw new RequestFailedException(failure);
            }

            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>One call to the service; its answer's <c>data</c>.</summary>
    public async Task<JsonNode> PostAsync(string path, string json, string token = Token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, null, "application/json") };
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!["data"]! : throw new RequestFailedException($"{path}: {(int)answer.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_floor is not null)
        {
            await _floor.DisposeAsync();
        }

        await Service.DisposeAsync();
        await Source.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(Scratch, recursive: true);
    }

    private static async Task<ChildProcess> StartServiceAsync(string scratch, LocalPostgres postgres, IReadOnlyDictionary<string, string>? settings)
    {
        var service = ChildProcess.StartService(
            scratch,
            new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["ConnectionStrings__Workflows"] = postgres.ConnectionString });
        await service.WaitUntilReadyAsync("/health/ready");
        return service;
    }
}
