using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Postgres.Local;

/// <summary>The places inside the data folder, as absolute paths.</summary>
internal sealed class DataFolder
{
    /// <summary>The port only names the socket file: the server listens on no network address.</summary>
    public const int Port = 5432;

    /// <summary>Where initdb works until it is done; each time under a name of its own.</summary>
    public const string HalfMadeClusters = "postgres.new-*";

    // pg_ctl hands the path to a shell between double quotes.
    private static readonly SearchValues<char> TooMuchForPgCtl = SearchValues.Create("\"$`\\\n\r");

    // sockaddr_un.sun_path without its final zero.
    private static readonly int SocketPathLimit = OperatingSystem.IsMacOS() ? 103 : 107;

    public DataFolder(string path)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Root.AsSpan().ContainsAny(TooMuchForPgCtl))
        {
            throw new LocalPostgresException(
                $"The data folder '{Root}' has a character in its path that pg_ctl cannot take (\" $ ` \\ or a line break). Choose another SOLYA_DATA.");
        }

        var inside = Path.Combine(Root, "socket");
        HasSocketOutside = !FitsSocket(inside);
        SocketFolder = HasSocketOutside ? $"/tmp/solya-{Hash(Root)}" : inside;
    }

    public string Root { get; }

    /// <summary>The cluster; it appears complete or not at all, by a rename.</summary>
    public string Cluster => Path.Combine(Root, "postgres");

    public string ClusterVersion => Path.Combine(Cluster, "PG_VERSION");

    public string ServerLog => Path.Combine(Root, "postgres.log");

    public string StartLock => Path.Combine(Root, "start.lock");

    public string UsersLock => Path.Combine(Root, "users.lock");

    /// <summary>The folder of the socket: in the data folder, or a short one in /tmp when that path cannot name a socket.</summary>
    public string SocketFolder { get; }

    public bool HasSocketOutside { get; }

    public string SocketFile => SocketIn(SocketFolder);

    /// <summary>The end of the server's log from byte <paramref name="from"/> on, for an error message.</summary>
    public string ReadServerLog(long from)
    {
        const int longest = 4000;
        if (!File.Exists(ServerLog))
        {
            return "";
        }

        using var log = new FileStream(ServerLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(Math.Max(Math.Min(from, log.Length), log.Length - longest), SeekOrigin.Begin);
        return new StreamReader(log).ReadToEnd().Trim();
    }

    private static string SocketIn(string folder) => $"{folder}/.s.PGSQL.{Port}";

    // Npgsql reads a comma as a list of hosts and a colon as a port.
    private static bool FitsSocket(string folder) =>
        Encoding.UTF8.GetByteCount(SocketIn(folder)) <= SocketPathLimit && folder.AsSpan().IndexOfAny(",:;'") < 0;

    private static string Hash(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16];
}
