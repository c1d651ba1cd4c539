namespace Solya.Workflows.Postgres;

/// <summary>Limits on every conversation with PostgreSQL. Section <c>Postgres</c>.</summary>
public sealed class PostgresOptions
{
    /// <summary>Connections this process may hold open; default 32.</summary>
    public int MaxConnections { get; set; } = 32;

    /// <summary>How long opening a connection, or waiting for a free one, may take; default 2 s.</summary>
    public int ConnectTimeoutSeconds { get; set; } = 2;

    /// <summary>How long an ordinary statement may take before its request is answered 503; default 2 s.</summary>
    public int StatementTimeoutSeconds { get; set; } = 2;

    /// <summary>How long a bulk statement (task-create, action-vectors, batches) may take; default 120 s.</summary>
    public int BulkStatementTimeoutSeconds { get; set; } = 120;

    /// <summary>
    /// Connections that write the groups of each kind of write; default 2. While one writes, the next group gathers; another
    /// one writes beside it only what is a large group already, since each has its own statements and commit.
    /// </summary>
    public int GroupWriters { get; set; } = 2;

    /// <summary>How many reports may wait to be written before further ones are answered 503; default 10,000.</summary>
    public int GroupQueueLength { get; set; } = 10_000;
}
