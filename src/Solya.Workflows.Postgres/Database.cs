using Npgsql;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Failures;

namespace Solya.Workflows.Postgres;

/// <summary>The connections of this process, and what a failure on one of them means.</summary>
/// <param name="source">The pool.</param>
/// <param name="lookout">Connections beside the pool, for looking whether the server answers.</param>
public sealed class Database(NpgsqlDataSource source, NpgsqlDataSource lookout, PostgresOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

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

    /// <summary>
    /// Runs something that may rightly take long, and gives it up as soon as the server no longer answers others: from the
    /// silence on its own connection, work and a frozen server look the same.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The server does not answer; the outcome is unknown.</exception>
    internal async Task<T> WhileItAnswersAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(giveUp, done.Token);
        try
        {
            return await work(giveUp.Token);
        }
        catch (OperationCanceledException silent) when (giveUp.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new DatabaseUnavailableException(outcomeUnknown: true, "PostgreSQL did not answer during a long statement.", silent);
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    public ValueTask DisposeAsync() => lookout.DisposeAsync();

    private async Task WatchAsync(CancellationTokenSource giveUp, CancellationToken done)
    {
        using var ticks = new PeriodicTimer(LookInterval);
        try
        {
            while (await ticks.WaitForNextTickAsync(done))
            {
                if (!await AnswersAsync(done))
                {
                    await giveUp.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            return;
        }
    }

    // Not on the pool's connections: that they are used up says nothing of the server. A refusal is an answer too.
    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await lookout.OpenConnectionAsync(ct);
            return true;
        }
        catch (NpgsqlException refusal)
        {
            return refusal is PostgresException;
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
