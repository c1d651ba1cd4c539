namespace Solya.Workflows.Postgres.Local;

/// <summary>
/// The two locks by which processes share one data folder. Both are <c>flock</c>s, which the kernel gives back when their
/// holder dies by whatever means, and which also count between two holders in one process. The files are never deleted:
/// a lock on a deleted file excludes nobody.
/// </summary>
internal static class FolderLocks
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits for the only turn to start or stop the server; dispose it to let the next one in.</summary>
    public static async Task<FileStream> TakeTurnAsync(DataFolder folder, CancellationToken ct)
    {
        FileStream? turn;
        while ((turn = TryOpen(folder.StartLock, FileAccess.ReadWrite, FileShare.None)) is null)
        {
            await Task.Delay(RetryInterval, ct);
        }

        return turn;
    }

    /// <summary>Counts the caller among the users of the server; call it only with the turn, which keeps the last user from leaving meanwhile.</summary>
    public static FileStream JoinUsers(DataFolder folder) =>
        TryOpen(folder.UsersLock, FileAccess.Read, FileShare.Read)
        ?? throw new LocalPostgresException($"'{folder.UsersLock}' is locked by a program that is not this service.");

    /// <summary>Whether nobody uses the server any more; call it only with the turn, or the answer is stale at once.</summary>
    public static bool NobodyUses(DataFolder folder)
    {
        using var alone = TryOpen(folder.UsersLock, FileAccess.ReadWrite, FileShare.None);
        return alone is not null;
    }

    private static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        const int wouldBlockOnLinux = 11;
        const int wouldBlockOnMac = 35;
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e.HResult is wouldBlockOnLinux or wouldBlockOnMac)
        {
            return null;
        }
    }
}
