namespace Solya.Workflows.Postgres.Local;

/// <summary>The programs of one PostgreSQL installation.</summary>
internal sealed record PostgresBinaries(string Folder)
{
    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// Finds the programs: in the folder that options or <c>PG_BIN</c> name (and then only there), on <c>PATH</c>, or where Debian and Homebrew put them.
    /// </summary>
    /// <param name="options">May name the folder.</param>
    /// <param name="clusterVersion">The major version an existing cluster was made by: another one could not open it.</param>
    public static PostgresBinaries Find(LocalPostgresOptions options, string? clusterVersion)
    {
        if (options.BinariesDirectory is { Length: > 0 } given)
        {
            return Only(given, nameof(options.BinariesDirectory));
        }

        if (Environment.GetEnvironmentVariable("PG_BIN") is { Length: > 0 } named)
        {
            return Only(named, "PG_BIN");
        }

        var found = OnPath().Concat(Installed()).Where(HasAllPrograms).ToList();
        var folder = found.FirstOrDefault(f => clusterVersion is not null && VersionOf(f) == clusterVersion) ?? found.FirstOrDefault();
        return folder is not null
            ? new PostgresBinaries(folder)
            : throw new LocalPostgresException(
                """
                No connection string is set (ConnectionStrings__Workflows) and no PostgreSQL server programs were found to start a private server. Do one of:
                  - install PostgreSQL: 'sudo apt-get install postgresql' on Debian and Ubuntu, 'brew install postgresql@17' on macOS;
                  - set PG_BIN to the folder that holds initdb, pg_ctl and postgres;
                  - set ConnectionStrings__Workflows to a PostgreSQL that already runs.
                """);
    }

    private static PostgresBinaries Only(string folder, string source)
    {
        var missing = Programs.Where(p => !File.Exists(Path.Combine(folder, p))).ToList();
        return missing.Count == 0
            ? new PostgresBinaries(Path.GetFullPath(folder))
            : throw new LocalPostgresException(
                $"{source} is '{folder}', which lacks {string.Join(", ", missing)}. "
                + "Set PG_BIN to the folder that holds initdb, pg_ctl and postgres, unset it to search the usual folders, "
                + "or set ConnectionStrings__Workflows to a PostgreSQL that already runs.");
    }

    // A link on PATH leads to the real folder, where pg_ctl has its siblings.
    private static IEnumerable<string> OnPath() =>
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        let program = new FileInfo(Path.Combine(folder, "pg_ctl"))
        where program.Exists
        select Path.GetDirectoryName((program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName);

    private static IEnumerable<string> Installed() =>
        FoldersIn("/usr/lib/postgresql", "*")
            .Concat(FoldersIn("/opt/homebrew/opt", "postgresql*"))
            .Concat(FoldersIn("/usr/local/opt", "postgresql*"))
            .Select(f => Path.Combine(f, "bin"))
            .OrderByDescending(f => int.TryParse(VersionOf(f), out var version) ? version : 0);

    private static string[] FoldersIn(string parent, string pattern) =>
        Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : [];

    // /usr/lib/postgresql/15/bin and /opt/homebrew/opt/postgresql@15/bin
    private static string? VersionOf(string binFolder) => Path.GetFileName(Path.GetDirectoryName(binFolder))?.Split('@')[^1];

    private static bool HasAllPrograms(string folder) => Programs.All(p => IsProgram(Path.Combine(folder, p)));

    // A wrapper script would add its own account or options to ours.
    private static bool IsProgram(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        return !(file.ReadByte() == '#' && file.ReadByte() == '!');
    }
}
