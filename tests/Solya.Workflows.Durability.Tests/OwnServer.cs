namespace Solya.Workflows.Durability.Tests;

/// <summary>
/// A PostgreSQL that nobody watches: it stays down when it is stopped, and comes back when the test says so. The service
/// gets it by its connection string.
/// </summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();

    private OwnServer()
    {
    }

    /// <summary>Of the database <c>solya</c>, which is there.</summary>
    public string ConnectionString { get; private set; } = null!;

    public IReadOnlyDictionary<string, string?> Settings => SettingsOf(ConnectionString);

    public int Pid => _folder.ServerPid() ?? throw new InvalidOperationException("The server is down.");

    public static IReadOnlyDictionary<string, string?> SettingsOf(string connectionString)
        => new Dictionary<string, string?> { ["ConnectionStrings__Workflows"] = connectionString };

    public static async Task<OwnServer> StartNewAsync()
    {
        var server = new OwnServer();
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        // Whoever watches the server is killed, and the server outlives them.
        var (holder, connectionString) = await HolderProcess.StartAsync(_folder.Data);
        await holder.KillAsync();
        await holder.DisposeAsync();
        ConnectionString = connectionString;
    }

    /// <summary>INT is <c>pg_ctl stop -m fast</c>, QUIT is <c>-m immediate</c>, KILL is what it says.</summary>
    public async Task StopAsync(string signal)
    {
        var pid = Pid;
        Processes.Signal(signal, pid);
        await Processes.GoneAsync(pid);
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder.ServerPid() is { } pid && Processes.IsAlive(pid))
        {
            Processes.Signal("CONT", Processes.FamilyOf(pid));
            await StopAsync("QUIT");
        }

        await _folder.DisposeAsync();
    }
}
