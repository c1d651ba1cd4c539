using Npgsql;
using Solya.Workflows.Failures;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>Tells a statement that takes long from a server that has fallen silent.</summary>
/// <param name="source">Unpooled connections: that a pool is used up says nothing of the server.</param>
internal sealed class Lookout(NpgsqlDataSource source)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Runs something that may rightly take long, and gives it up as soon as the server no longer answers others: from the
    /// silence on its own connection, work and a frozen server look the same.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The server does not answer; the outcome is unknown.</exception>
    public async Task<T> WhileItAnswersAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct)
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

    private async Task WatchAsync(CancellationTokenSource giveUp, CancellationToken done)
    {
        using var ticks = new PeriodicTimer(Interval);
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

    // A refusal is an answer too.
    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            return true;
        }
        catch (NpgsqlException refusal)
        {
            return refusal is PostgresException;
        }
    }
}
