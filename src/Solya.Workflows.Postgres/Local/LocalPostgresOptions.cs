namespace Solya.Workflows.Postgres.Local;

/// <summary>Where the private server lives and how it is tuned.</summary>
public sealed class LocalPostgresOptions
{
    /// <summary>The service's data folder (<c>SOLYA_DATA</c>), absolute or relative; created when missing. The cluster is its sub-folder <c>postgres</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; when null, <c>PG_BIN</c>, then <c>PATH</c> and the usual folders are searched.</summary>
    public string? BinariesDirectory { get; init; }

    /// <summary>Server settings added to, or replacing, the built-in ones. They apply when this process starts the server, not when it adopts a running one.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a start may take in all: the wait for other starters, <c>initdb</c> and crash recovery included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(90);
}
