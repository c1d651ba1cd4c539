using System.Threading.Channels;
using Npgsql;
using Solya.Workflows.Failures;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>
/// Writes that wait at the same time commit together: one statement and one commit for the whole group. A write that is
/// alone goes at once, since a group is only what has gathered while the writers were busy. One write that fails never
/// fails its neighbours.
/// </summary>
/// <param name="write">Writes a group in one transaction and answers in its order.</param>
/// <param name="keyOf">Two writes with the same key never share a group; the later one goes into the next.</param>
internal sealed class GroupCommit<TWrite, TResult, TKey>(
    Func<IReadOnlyList<TWrite>, Task<IReadOnlyList<TResult>>> write,
    Func<TWrite, TKey> keyOf,
    int writers,
    int queueLength,
    TimeSpan patience)
    : IAsyncDisposable
    where TKey : notnull
{
    private const int LargestGroup = 256;

    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(queueLength)
    {
        FullMode = BoundedChannelFullMode.Wait, // TryWrite then says false, which is the back-pressure
    });

    private Task[]? _loops;

    /// <exception cref="DatabaseUnavailableException">The queue is full or nothing was written in time.</exception>
    public async Task<TResult> SubmitAsync(TWrite item, CancellationToken ct)
    {
        EnsureStarted();
        var entry = new Entry(item);
        if (!_queue.Writer.TryWrite(entry))
        {
            throw new DatabaseUnavailableException(outcomeUnknown: false, "Too many writes wait for PostgreSQL.");
        }

        try
        {
            return await entry.Done.Task.WaitAsync(patience, ct);
        }
        catch (Exception waiting) when (waiting is TimeoutException or OperationCanceledException)
        {
            if (entry.Done.Task.IsCompleted)
            {
                return await entry.Done.Task; // it ended in the same moment, and knows better
            }

            // Whoever takes the entry first decides: abandoned before a writer took it, it will never be written.
            var neverSent = entry.TryTake();
            if (ct.IsCancellationRequested)
            {
                throw;
            }

            throw new DatabaseUnavailableException(!neverSent, "PostgreSQL did not answer in time.", waiting);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_loops is not null)
        {
            await Task.WhenAll(_loops);
        }
    }

    private void EnsureStarted()
    {
        if (Volatile.Read(ref _loops) is null)
        {
            lock (_queue)
            {
                _loops ??= [.. Enumerable.Range(0, writers).Select(_ => Task.Run(WriteGroupsAsync))];
            }
        }
    }

    private async Task WriteGroupsAsync()
    {
        var group = new List<Entry>(LargestGroup);
        var keys = new HashSet<TKey>(LargestGroup);
        Entry? heldBack = null;
        while (heldBack is not null || await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            keys.Clear();
            if (heldBack is not null)
            {
                keys.Add(keyOf(heldBack.Item));
                group.Add(heldBack);
                heldBack = null;
            }

            while (group.Count < LargestGroup && heldBack is null && _queue.Reader.TryRead(out var entry))
            {
                if (!entry.TryTake())
                {
                    continue; // its request has given up
                }

                if (keys.Add(keyOf(entry.Item)))
                {
                    group.Add(entry);
                }
                else
                {
                    heldBack = entry;
                }
            }

            if (group.Count > 0)
            {
                await WriteGroupAsync(group);
            }
        }
    }

    private async Task WriteGroupAsync(List<Entry> group)
    {
        try
        {
            var results = await write([.. group.Select(entry => entry.Item)]);
            for (var i = 0; i < group.Count; i++)
            {
                group[i].Done.TrySetResult(results[i]);
            }
        }
        catch (PostgresException) when (group.Count > 1)
        {
            // The statement was refused, so the whole group was rolled back. Alone, only the guilty one fails again.
            foreach (var entry in group)
            {
                await WriteGroupAsync([entry]);
            }
        }
#pragma warning disable CA1031 // Every failure belongs to the requests that wait for it; the loop must outlive them all.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var entry in group)
            {
                entry.Done.TrySetException(failure);
            }
        }
    }

    private sealed class Entry(TWrite item)
    {
        private int _taken;

        public TWrite Item { get; } = item;

        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>True for the first caller only: the writer that takes it, or the request that gives up on it.</summary>
        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;
    }
}
