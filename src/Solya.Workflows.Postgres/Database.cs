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
    private readonly Lookout _lookout = new(lookout);

    public PostgresOptions Options { get; } = options;

    // A little more than the client's own timeout, which in turn is more than the server's.
    private TimeSpan Patience => TimeSpan.FromSeconds(Options.StatementTimeoutSeconds + 0.5);

    /// <summary>Runs <paramref name="write"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing has happened, or the outcome is unknown.</exception>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => Lookout.InTimeAsync(OnAsync(source, write, writing: true, ct), Patience, writing: true);

    /// <summary>Runs a write that may rightly take long, for as long as the server answers others.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing has happened, or the outcome is unknown.</exception>
    public Task<T> WriteLongAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => _lookout.WhileItAnswersAsync(OnAsync(source, write, writing: true, ct), writing: true);

    /// <summary>Runs <paramref name="read"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
        => Lookout.InTimeAsync(OnAsync(source, read, writing: false, ct), Patience, writing: false);

    /// <summary>Runs a read that may rightly take long, for as long as the server answers others.</summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    public Task<T> ReadLongAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
        => _lookout.WhileItAnswersAsync(OnAsync(source, read, writing: false, ct), writing: false);

    /// <summary>
    /// As <see cref="WriteAsync"/>, for prepared statements that find every row by its key: scans and hash joins may look
    /// cheaper while a table is small, and the prepared plan would stay while the table grows.
    /// </summary>
    internal Task<T> WriteByKeyAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => Lookout.InTimeAsync(OnAsync(byKeySource, write, writing: true, ct), Patience, writing: true);

    /// <summary>As <see cref="WriteByKeyAsync"/>, for as long as the server answers others.</summary>
    internal Task<T> WriteLongByKeyAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => _lookout.WhileItAnswersAsync(OnAsync(byKeySource, write, writing: true, ct), writing: true);

    /// <summary>As <see cref="WriteByKeyAsync"/>, for statements that only read.</summary>
    internal Task<T> ReadByKeyAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
        => Lookout.InTimeAsync(OnAsync(byKeySource, read, writing: false, ct), Patience, writing: false);

    /// <summary>
    /// Sends a statement that no transaction may hold and no time limits, for as long as the server answers others. It gets
    /// a connection that nobody uses afterwards.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    internal Task MaintainAsync(string sql, CancellationToken ct)
        => _lookout.WhileItAnswersAsync(
            OnAsync(
                lookout,
                async connection =>
                {
                    foreach (var statement in (string[])["SET statement_timeout = 0", sql])
                    {
                        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
                        await command.ExecuteNonQueryAsync(ct);
                    }

                    return true;
                },
                writing: false,
                ct),
            writing: false);

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
