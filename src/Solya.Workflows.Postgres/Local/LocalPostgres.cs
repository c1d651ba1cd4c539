using Microsoft.Extensions.Logging;

namespace Solya.Workflows.Postgres.Local;

/// <summary>
/// A private PostgreSQL for development and tests, for when no connection string is given. Any number of processes may
/// share one data folder: the first starts the server, the others adopt it, the last one to leave stops it. It outlives
/// the death of any of them, and while it is used it is started again when it dies.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const string DatabaseName = "solya";

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(20);

    private readonly DataFolder folder;
    private readonly PrivateServer server;
    private readonly FileStream membership;
    private readonly ILogger logger;
    private readonly CancellationTokenSource leaving = new();
    private readonly Task watching;
    private int disposed;

    private LocalPostgres(DataFolder folder, PrivateServer server, FileStream membership, ILogger logger)
    {
        this.folder = folder;
        this.server = server;
        this.membership = membership;
        this.logger = logger;
        watching = Task.Run(() => WatchAsync(leaving.Token));
    }

    /// <summary>Connects to the service's database, <c>solya</c>.</summary>
    public string ConnectionString => server.ConnectionStringTo(DatabaseName);

    /// <summary>Connects to the database <c>postgres</c>, as superuser: for creating and dropping databases.</summary>
    public string AdminConnectionString => server.ConnectionStringTo("postgres");

    /// <summary>Starts or adopts the server of the data folder; returns when it answers and the database exists.</summary>
    /// <exception cref="LocalPostgresException">It cannot be had; the message says what to do.</exception>
    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions options, ILogger logger, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new LocalPostgresException("The private PostgreSQL needs Linux or macOS. Set ConnectionStrings__Workflows.");
        }

        var folder = new DataFolder(options.DataDirectory);
        var binaries = PostgresBinaries.Find(options, Cluster.VersionOf(folder));
        Directory.CreateDirectory(folder.Root);

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(options.StartTimeout);
        try
        {
            await using var turn = await FolderLocks.TakeTurnAsync(folder, deadline.Token);
            return await StartInTurnAsync(folder, binaries, options, logger, deadline.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new LocalPostgresException(
                $"The private PostgreSQL in '{folder.Root}' did not answer within {options.StartTimeout.TotalSeconds:0} s. "
                + $"Its log ends with:\n{folder.ReadServerLog(0)}",
                e);
        }
    }

    /// <summary>Leaves the server; the last user of the data folder stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await leaving.CancelAsync();
        await watching;
        using var deadline = new CancellationTokenSource(LeaveTimeout);
        try
        {
            await using var turn = await FolderLocks.TakeTurnAsync(folder, deadline.Token);
            await LeaveInTurnAsync(folder, server, membership, logger, deadline.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or LocalPostgresException or IOException)
        {
            // The service is ending, and a server left running does no harm: the next start adopts it.
            logger.StopFailed(e, folder.Cluster);
        }
        finally
        {
            await membership.DisposeAsync();
            leaving.Dispose();
        }
    }

    private static async Task<LocalPostgres> StartInTurnAsync(
        DataFolder folder, PostgresBinaries binaries, LocalPostgresOptions options, ILogger logger, CancellationToken ct)
    {
        var account = await ServerAccount.ChooseAsync(folder, ct);
        await Cluster.MakeIfMissingAsync(folder, binaries, account, logger, ct);
        var server = new PrivateServer(folder, binaries, account, options.Settings, logger);
        var membership = FolderLocks.JoinUsers(folder);
        try
        {
            await server.EnsureRunningAsync(ct);
            await server.EnsureDatabaseAsync(DatabaseName, ct);
            logger.Ready(folder.Cluster, server.Pid, folder.SocketFolder);
            return new LocalPostgres(folder, server, membership, logger);
        }
        catch
        {
            using var deadline = new CancellationTokenSource(LeaveTimeout);
            await LeaveInTurnAsync(folder, server, membership, logger, deadline.Token);
            throw;
        }
    }

    // With the turn taken nobody can join between the look at the users and the stop.
    private static async Task LeaveInTurnAsync(
        DataFolder folder, PrivateServer server, FileStream membership, ILogger logger, CancellationToken ct)
    {
        await membership.DisposeAsync();
        if (!FolderLocks.NobodyUses(folder))
        {
            logger.LeftRunning(folder.Cluster);
            return;
        }

        await server.StopAsync(ct);
        logger.Stopped(folder.Cluster);
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        using var ticks = new PeriodicTimer(WatchInterval);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                while (await ticks.WaitForNextTickAsync(ct))
                {
                    if (!server.IsAlive())
                    {
                        await BringBackAsync(ct);
                    }
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was (a full disk, a folder taken away), it may pass; giving up would leave the service without its database.
                logger.RestartFailed(e, folder.Cluster);
            }
        }
    }

    private async Task BringBackAsync(CancellationToken ct)
    {
        await using var turn = await FolderLocks.TakeTurnAsync(folder, ct);
        if (server.IsAlive())
        {
            return; // another user of the folder was faster
        }

        logger.Died(folder.Cluster);
        await server.EnsureRunningAsync(ct);
        logger.Ready(folder.Cluster, server.Pid, folder.SocketFolder);
    }
}
