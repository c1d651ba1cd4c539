using Microsoft.Extensions.Logging;

namespace Solya.Workflows.Postgres.Local;

/// <summary>Makes the cluster, once.</summary>
internal static class Cluster
{
    public const string Superuser = "solya";

    private static readonly TimeSpan InitDbTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The major version that made the cluster, or null when there is none.</summary>
    public static string? VersionOf(DataFolder folder) =>
        File.Exists(folder.ClusterVersion) ? File.ReadAllText(folder.ClusterVersion).Trim() : null;

    public static async Task MakeIfMissingAsync(
        DataFolder folder, PostgresBinaries binaries, ServerAccount account, ILogger logger, CancellationToken ct)
    {
        RemoveHalfMade(folder, logger);
        if (VersionOf(folder) is not null)
        {
            return;
        }

        if (Directory.Exists(folder.Cluster) && Directory.EnumerateFileSystemEntries(folder.Cluster).Any())
        {
            throw new LocalPostgresException(
                $"'{folder.Cluster}' holds files but no PostgreSQL cluster. Move it away, or choose another SOLYA_DATA.");
        }

        logger.MakingCluster(folder.Cluster);

        // A name of its own each time: an initdb whose service was killed may still be writing to the last one.
        var halfMade = Path.Combine(folder.Root, DataFolder.HalfMadeClusters.Replace("*", Path.GetRandomFileName(), StringComparison.Ordinal));
        var initdb = await RunInitDbAsync("C.UTF-8");
        if (!initdb.Succeeded && initdb.Output.Contains("locale", StringComparison.OrdinalIgnoreCase))
        {
            initdb = await RunInitDbAsync("C"); // a system without C.UTF-8, such as macOS
        }

        if (!initdb.Succeeded)
        {
            RemoveHalfMade(folder, logger);
            throw new LocalPostgresException($"initdb failed: {initdb.Output}");
        }

        if (Directory.Exists(folder.Cluster))
        {
            Directory.Delete(folder.Cluster);
        }

        Directory.Move(halfMade, folder.Cluster);

        // initdb has synced what is inside; the new name must be as durable as what is committed under it.
        await Command.RunAsync("sync", [folder.Root], InitDbTimeout, ct);

        async Task<Command.Result> RunInitDbAsync(string locale)
        {
            await account.MakePrivateFoldersAsync(ct, halfMade);

            // Trust is for those who can reach the socket: its folder is closed to all but the server's account.
            return await account.RunAsync(
                binaries.InitDb,
                ["--pgdata=" + halfMade, "--username=" + Superuser, "--auth=trust", "--encoding=UTF8", "--locale=" + locale, "--no-instructions"],
                InitDbTimeout,
                ct);
        }
    }

    private static void RemoveHalfMade(DataFolder folder, ILogger logger)
    {
        foreach (var halfMade in Directory.GetDirectories(folder.Root, DataFolder.HalfMadeClusters))
        {
            try
            {
                Directory.Delete(halfMade, recursive: true);
            }
            catch (IOException e)
            {
                // Its initdb may still be adding files; it never becomes the cluster, so it does not matter now.
                logger.HalfMadeClusterStays(e, halfMade);
            }
        }
    }
}
