using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Solya.Workflows.Postgres.Local;

/// <summary>
/// The server on a complete cluster: brings it up, tells whether it lives, takes it down.
/// Only the holder of the start lock may bring it up or take it down.
/// </summary>
internal sealed class PrivateServer(
    DataFolder folder, PostgresBinaries binaries, ServerAccount account, IReadOnlyDictionary<string, string> settings, ILogger logger)
{
    private const long LongestLog = 16 * 1024 * 1024;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LaunchTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FastStopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ImmediateStopTimeout = TimeSpan.FromSeconds(5);

    public int? Pid => Postmaster.Read(folder.Cluster)?.Pid;

    /// <summary>Whether the server's process exists, working, starting or stopped; costs a file or two, no connection.</summary>
    public bool IsAlive() => Postmaster.Read(folder.Cluster) is { } postmaster && postmaster.IsAlive();

    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = folder.SocketFolder,
        Port = DataFolder.Port,
        Username = Cluster.Superuser,
        Database = database,
        // Neither exists on a unix socket; asking would cost a round trip each.
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Adopts the server when it answers, waits for it while it starts or shuts down, starts it when it is dead.</summary>
    /// <exception cref="LocalPostgresException">It refuses to start; the message holds the end of its log.</exception>
    public async Task EnsureRunningAsync(CancellationToken ct)
    {
        await account.MakePrivateFoldersAsync(ct, folder.SocketFolder);
        var heldSince = default(long?);
        while (true)
        {
            var postmaster = Postmaster.Read(folder.Cluster);
            if (postmaster is not null && postmaster.IsAlive())
            {
                if (postmaster.SaysReady && await AnswersAsync(ct))
                {
                    return;
                }
            }
            else if (File.Exists(folder.SocketFile) && await AnswersAsync(ct))
            {
                return; // a server whose process we cannot see, such as another container's on a shared folder
            }
            else if (await LaunchAsync(ct) is { } held)
            {
                heldSince ??= Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(heldSince.Value) > LeftoverPatience)
                {
                    ReleaseCluster(postmaster);
                }

                logger.StillHeld(folder.Cluster, held);
            }
            else
            {
                continue;
            }

            await Task.Delay(PollInterval, ct);
        }
    }

    public async Task EnsureDatabaseAsync(string name, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OneConnection("postgres"));
        await connection.OpenAsync(ct);
        await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await find.ExecuteScalarAsync(ct) is not null)
        {
            return;
        }

        await using var create = new NpgsqlCommand($"CREATE DATABASE \"{name}\"", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Shuts the server down: sessions are ended and everything is written, so that the next start needs no recovery.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (IsAlive() && !await StopAsync("fast", FastStopTimeout, ct) && !await StopAsync("immediate", ImmediateStopTimeout, ct))
        {
            throw new LocalPostgresException($"Process {Pid} of the private PostgreSQL in '{folder.Cluster}' does not stop.");
        }

        if (folder.HasSocketOutside && Directory.Exists(folder.SocketFolder))
        {
            Directory.Delete(folder.SocketFolder, recursive: true);
        }
    }

    private async Task<bool> StopAsync(string mode, TimeSpan timeout, CancellationToken ct)
    {
        // pg_ctl itself would look for the end only ten times a second.
        await account.RunAsync(binaries.PgCtl, ["stop", "--pgdata=" + folder.Cluster, "--mode=" + mode, "--no-wait"], timeout, ct);
        var asked = Stopwatch.GetTimestamp();
        while (IsAlive() && Stopwatch.GetElapsedTime(asked) < timeout)
        {
            await Task.Delay(PollInterval, ct);
        }

        return !IsAlive();
    }

    /// <summary>Starts the server once.</summary>
    /// <returns>Null when it started or is still starting; the reason when something of a dead one still holds the cluster.</returns>
    private async Task<string?> LaunchAsync(CancellationToken ct)
    {
        var logStart = await PrepareLogAsync(ct);
        var options = ServerSettings.For(folder, settings).Select(s => "-c " + ShellQuoted($"{s.Key}={s.Value}"));

        // pg_ctl puts the server into a session of its own, out of reach of our terminal's Ctrl-C, and with --log
        // gives it none of our pipes, which would otherwise stay open as long as it runs.
        var start = await account.RunAsync(
            binaries.PgCtl,
            ["start", "--pgdata=" + folder.Cluster, "--log=" + folder.ServerLog, "--silent", "--wait",
                $"--timeout={LaunchTimeout.TotalSeconds:0}", "--options=" + string.Join(' ', options)],
            LaunchTimeout + ConnectTimeout,
            ct);
        if (start.Succeeded || IsAlive())
        {
            return null;
        }

        var log = folder.ReadServerLog(logStart);
        return log.Contains("pre-existing shared memory block", StringComparison.Ordinal) || log.Contains("lock file", StringComparison.Ordinal)
            ? log
            : throw new LocalPostgresException(
                $"The private PostgreSQL in '{folder.Cluster}' does not start ({binaries.PgCtl}): {start.Output}\n{log}");
    }

    /// <summary>
    /// Frees the cluster of what a dead server left. A backend in the middle of a long query notices the death of its
    /// server only at the end of the query; and a pid that has been given to another process keeps the pid file valid.
    /// </summary>
    private void ReleaseCluster(Postmaster? dead)
    {
        if (dead is null || dead.IsAlive())
        {
            return;
        }

        var leftovers = dead.Leftovers();
        foreach (var pid in leftovers)
        {
            logger.EndingLeftover(pid);
            Postmaster.End(pid);
        }

        // The file also guards the shared memory against backends that still use it: it goes only when there are none.
        if (OperatingSystem.IsLinux() && leftovers.Count == 0 && dead.PidIsTaken())
        {
            logger.RemovingForeignPidFile(folder.Cluster, dead.Pid);
            File.Delete(Postmaster.FileIn(folder.Cluster));
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OneConnection("postgres"));
        try
        {
            await connection.OpenAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return true;
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            return false; // refused, starting up, shutting down, or silent for the whole timeout
        }
    }

    // Not from a pool, which would keep it open across the server's end.
    private string OneConnection(string database) => new NpgsqlConnectionStringBuilder(ConnectionStringTo(database))
    {
        Pooling = false,
        Timeout = (int)ConnectTimeout.TotalSeconds,
    }.ConnectionString;

    private async Task<long> PrepareLogAsync(CancellationToken ct)
    {
        var log = new FileInfo(folder.ServerLog);
        if (log.Exists && log.Length > LongestLog)
        {
            File.Move(folder.ServerLog, folder.ServerLog + ".1", overwrite: true);
            log.Refresh();
        }

        if (!log.Exists)
        {
            UnixFiles.MakePrivateFile(folder.ServerLog);
        }

        await account.OwnAsync(ct, folder.ServerLog);
        log.Refresh();
        return log.Length;
    }

    private static string ShellQuoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
