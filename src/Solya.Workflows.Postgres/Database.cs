using Npgsql;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Failures;

namespace Solya.Workflows.Postgres;

/// <summary>The connections of this process, and what a failure on one of them means.</summary>
public sealed class Database(NpgsqlDataSource source, PostgresOptions options)
{
    public PostgresOptions Options { get; } = options;

    /// <exception cref="DatabaseUnavailableException">No connection was to be had; nothing has happened.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        try
        {
            return await source.OpenConnectionAsync(ct);
        }
        catch (NpgsqlException failure) when (DatabaseFailure.Classify(failure, writing: false) is { } unavailable)
        {
            throw unavailable;
        }
    }

    /// <summary>Runs <paramref name="write"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing has happened, or the outcome is unknown.</exception>
    public async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        try
        {
            return await write(connection);
        }
        catch (NpgsqlException failure) when (DatabaseFailure.Classify(failure, writing: true) is { } unavailable)
        {
            ForgetBrokenConnections(failure);
            throw unavailable;
        }
    }

    /// <summary>Runs <paramref name="read"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        try
        {
            return await read(connection);
        }
        catch (NpgsqlException failure) when (DatabaseFailure.Classify(failure, writing: false) is { } unavailable)
        {
            ForgetBrokenConnections(failure);
            throw unavailable;
        }
    }

    // When one connection broke, its pooled neighbours are most likely broken too: dropped now, they cannot fail one
    // request each after the server is back.
    private void ForgetBrokenConnections(NpgsqlException failure)
    {
        if (failure is not PostgresException { SqlState: not PostgresErrorCodes.AdminShutdown and not PostgresErrorCodes.CrashShutdown })
        {
            source.Clear();
        }
    }
}
