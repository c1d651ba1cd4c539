using Npgsql;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Failures;
using Solya.Workflows.Postgres.Writes;

namespace Solya.Workflows.Postgres;

/// <summary>The connections of this process, and what a failure on one of them means.</summary>
/// <param name="source">The pool that EF Core uses too.</param>
/// <param name="byKeySource">The pool whose planner knows look-ups by key only.</param>
/// <param name="lookout">Connections beside the pools, for looking whether the server answers.</param>
public sealed class Database(NpgsqlDataSource source, NpgsqlDataSource byKeySource, NpgsqlDataSource lookout, PostgresOptions options)
    : IAsyncDisposable
{
    public PostgresOptions Options { get; } = options;

    internal Lookout Lookout { get; } = new(lookout);

    /// <summary>Runs <paramref name="write"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing has happened, or the outcome is unknown.</exception>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct) => OnAsync(source, write, writing: true, ct);

    /// <summary>Runs <paramref name="read"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct) => OnAsync(source, read, writing: false, ct);

    /// <summary>
    /// As <see cref="WriteAsync"/>, for prepared statements that find every row by its key: scans and hash joins may look
    /// cheaper while a table is small, and the prepared plan would stay while the table grows.
    /// </summary>
    internal Task<T> WriteByKeyAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct) => OnAsync(byKeySource, write, writing: true, ct);

    public async ValueTask DisposeAsync()
    {
        await byKeySource.DisposeAsync();
        await lookout.DisposeAsync();
    }

    private static async Task<T> OnAsync<T>(NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> work, bool writing, CancellationToken ct)
    {
        await using var connection = await OpenAsync(source, ct);
        try
        {
            return await work(connection);
        }
        catch (NpgsqlException failure) when (DatabaseFailure.Classify(failure, writing) is { } unavailable)
        {
            ForgetBrokenConnections(source, failure);
            throw unavailable;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken ct)
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

    // When one connection broke, its pooled neighbours are most likely broken too: dropped now, they cannot fail one
    // request each after the server is back.
    private static void ForgetBrokenConnections(NpgsqlDataSource source, NpgsqlException failure)
    {
        if (failure is not PostgresException { SqlState: not PostgresErrorCodes.AdminShutdown and not PostgresErrorCodes.CrashShutdown })
        {
            source.Clear();
        }
    }
}
