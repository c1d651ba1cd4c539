using Npgsql;
using Solya.Workflows.Failures;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>
/// Ends the waiting for a server that has fallen silent. After a timeout Npgsql asks the server to cancel the statement and
/// waits for that as well; a frozen server does not take even that. So the caller is answered meanwhile, and the abandoned
/// work keeps its connection until Npgsql lets go of it.
/// </summary>
/// <param name="source">Unpooled connections: that a pool is used up says nothing of the server.</param>
internal sealed class Lookout(NpgsqlDataSource source)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for ordinary work for at most <paramref name="patience"/>.</summary>
    /// <exception cref="DatabaseUnavailableException">It took longer.</exception>
    public static async Task<T> InTimeAsync<T>(Task<T> work, TimeSpan patience, bool writing)
    {
        try
        {
            return await work.WaitAsync(patience);
        }
        catch (TimeoutException silence)
        {
            if (work.IsCompleted)
            {
                return await work; // it ended in the same moment, and knows better
            }

            Abandon(work);
            throw new DatabaseUnavailableException(writing, "PostgreSQL did not answer in time.", silence);
        }
    }

    /// <summary>
    /// Waits for work that may rightly take long as long as the server takes other connections: from the silence on its own
    /// connection, work and a frozen server look the same.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The server does not answer any more.</exception>
    public async Task<T> WhileItAnswersAsync<T>(Task<T> work, bool writing)
    {
        using var ticks = new PeriodicTimer(Interval);
        while (await Task.WhenAny(work, ticks.WaitForNextTickAsync().AsTask()) != work)
        {
            if (!await AnswersAsync() && !work.IsCompleted)
            {
                Abandon(work);
                throw new DatabaseUnavailableException(writing, "PostgreSQL did not answer during a long statement.");
            }
        }

        return await work;
    }

    // Its caller has been told; what it may still throw is nobody's any more.
    private static void Abandon(Task work)
        => work.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    // A refusal is an answer too.
    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            return true;
        }
        catch (NpgsqlException refusal)
        {
            return refusal is PostgresException;
        }
    }
}
