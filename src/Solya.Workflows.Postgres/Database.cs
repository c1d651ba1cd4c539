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
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => InTimeAsync(RunAsync(write, writing: true, ct), writing: true);

    /// <summary>Runs a write that may rightly take long, for as long as the server answers others.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing has happened, or the outcome is unknown.</exception>
    public Task<T> WriteLongAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => WhileItAnswersAsync(RunAsync(write, writing: true, ct));

    /// <summary>Runs <paramref name="read"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">The database did not answer.</exception>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
        => InTimeAsync(RunAsync(read, writing: false, ct), writing: false);

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, bool writing, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        try
        {
            return await work(connection);
        }
        catch (NpgsqlException failure) when (DatabaseFailure.Classify(failure, writing) is { } unavailable)
        {
            ForgetBrokenConnections(failure);
            throw unavailable;
        }
    }

    // After a timeout Npgsql asks the server to cancel the statement and waits for that as well, as long as for a
    // connection; a frozen server does not take even that. The caller is answered meanwhile, and the work keeps its
    // connection until Npgsql lets go of it.
    private async Task<T> InTimeAsync<T>(Task<T> work, bool writing)
    {
        try
        {
            return await work.WaitAsync(TimeSpan.FromSeconds(Options.StatementTimeoutSeconds + 0.5));
        }
        catch (TimeoutException silence) when (!work.IsCompleted)
        {
            Abandon(work);
            throw new DatabaseUnavailableException(writing, "PostgreSQL did not answer in time.", silence);
        }
    }

    // From the silence on its own connection, long work and a frozen server look the same.
    private async Task<T> WhileItAnswersAsync<T>(Task<T> work)
    {
        using var ticks = new PeriodicTimer(LookInterval);
        while (await Task.WhenAny(work, ticks.WaitForNextTickAsync().AsTask()) != work)
        {
            if (!await AnswersAsync() && !work.IsCompleted)
            {
                Abandon(work);
                throw new DatabaseUnavailableException(outcomeUnknown: true, "PostgreSQL did not answer during a long statement.");
            }
        }

        return await work;
    }

    private static void Abandon(Task work)
        => work.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    public ValueTask DisposeAsync() => lookout.DisposeAsync();

    // Not on the pool's connections: that they are used up says nothing of the server. A refusal is an answer too.
    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await lookout.OpenConnectionAsync();
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
