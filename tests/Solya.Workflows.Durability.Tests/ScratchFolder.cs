using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Solya.Workflows.Postgres.Local;

namespace Solya.Workflows.Durability.Tests;

/// <summary>A data folder for one test. Whatever the test leaves running in it is ended, and the folder removed.</summary>
internal sealed class ScratchFolder : IAsyncDisposable
{
    // 0700, like mktemp -d: when the tests run as root, the server's account cannot pass it without help.
    private readonly string root = Directory.CreateTempSubdirectory("solya-test-").FullName;

    public ScratchFolder(string inside = "data") => Data = Path.Combine(root, inside);

    public string Data { get; }

    public string Cluster => Path.Combine(Data, "postgres");

    /// <summary>Settings of a service that runs its own private server in this folder.</summary>
    public Dictionary<string, string?> Settings => new() { ["SOLYA_DATA"] = Data, ["ConnectionStrings__Workflows"] = null };

    /// <summary>Of the database of the private server in this folder.</summary>
    public string ConnectionString => $"Host={Path.Combine(Data, "socket")};Username=solya;Database=solya;SSL Mode=Disable";

    public Task<LocalPostgres> StartAsync() => StartAsync(new LocalPostgresOptions { DataDirectory = Data });

    public static Task<LocalPostgres> StartAsync(LocalPostgresOptions options) =>
        LocalPostgres.StartAsync(options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);

    /// <summary>The server's process by its own pid file; null when there is no file.</summary>
    public int? ServerPid()
    {
        try
        {
            return int.Parse(File.ReadLines(Path.Combine(Cluster, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public void KillServer()
    {
        using var server = Process.GetProcessById(ServerPid()!.Value);
        server.Kill();
        server.WaitForExit();
    }

    public static async Task<object?> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Timeout=5");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public static async Task<bool> AnswersAsync(string connectionString)
    {
        try
        {
            return (int?)await QueryAsync(connectionString, "SELECT 1") == 1;
        }
        catch (NpgsqlException e) when (e.IsTransient || e.InnerException is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (ServerPid() is { } pid && Processes.IsAlive(pid))
        {
            var family = Processes.FamilyOf(pid);
            Processes.Signal("KILL", family);
            foreach (var process in family)
            {
                await Processes.GoneAsync(process);
            }
        }

        Directory.Delete(root, recursive: true);
    }
}
