using System.Collections.Concurrent;
using Npgsql;
using Solya.Workflows.Failures;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>
/// Writes that wait at the same time commit together: one statement and one commit for the whole group, which is what has
/// gathered while another group was being written. A write that is alone goes at once and on its own thread. One write that
/// fails never fails its neighbours. Reads gather in the same way, where <paramref name="writing"/> is false.
/// </summary>
/// <param name="write">Writes a group in one transaction and answers in its order.</param>
/// <param name="keyOf">Two writes with the same key never share a group; the later one goes into the next.</param>
/// <param name="writing">Whether an answer that was lost leaves something in doubt.</param>
internal sealed class GroupCommit<TWrite, TResult, TKey>(
    Database database,
    Func<NpgsqlConnection, IReadOnlyList<TWrite>, CancellationToken, Task<TResult[]>> write,
    Func<TWrite, TKey> keyOf,
    bool writing = true)
    : IAsyncDisposable
    where TKey : notnull
{
    private const int LargestGroup = 256;

    // Beside a writer at work another one is worth its own statements and commit only for a group of its own.
    private const int WorthAnotherWriter = 16;

    private readonly int _writers = database.Options.GroupWriters;

    private readonly int _queueLength = database.Options.GroupQueueLength;

    // A write may wait for a group that is being written, then takes its own time.
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(database.Options.StatementTimeoutSeconds + 0.5);

    private readonly ConcurrentQueue<Entry> _queue = new();

    private readonly TaskCompletionSource _allWritten = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _queued;

    private int _atWork;

    private int _lastGroup;

    private int _isClosed;

    /// <exception cref="DatabaseUnavailableException">The queue is full or nothing was written in time.</exception>
    public async Task<TResult> SubmitAsync(TWrite item, CancellationToken ct)
    {
        if (Volatile.Read(ref _isClosed) == 1)
        {
            throw new DatabaseUnavailableException(outcomeUnknown: false, "The service is stopping.");
        }

        if (Interlocked.Increment(ref _queued) > _queueLength)
        {
            Interlocked.Decrement(ref _queued);
            throw new DatabaseUnavailableException(outcomeUnknown: false, "Too many writes wait for PostgreSQL.");
        }

        var entry = new Entry(item);
        _queue.Enqueue(entry);
        var done = TryStartWriting() ? StartWritingAsync(entry) : entry.Done.Task;
        try
        {
            return await done.WaitAsync(_patience, ct);
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

            throw new DatabaseUnavailableException(writing && !neverSent, "PostgreSQL did not answer in time.", waiting);
        }
    }

    /// <summary>Takes no more writes and waits for those it has.</summary>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        if (Volatile.Read(ref _atWork) > 0 || !_queue.IsEmpty)
        {
            await _allWritten.Task;
        }
    }

    private bool TryStartWriting()
    {
        int atWork;
        do
        {
            atWork = Volatile.Read(ref _atWork);
            if (atWork == _writers || (atWork > 0 && Volatile.Read(ref _queued) < WorthAnotherWriter))
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _atWork, atWork + 1, atWork) != atWork);

        return true;
    }

    /// <summary>False when there is more to write, be it that it came in the very moment of leaving: then this writer stays.</summary>
    private bool TryStopWriting()
    {
        if (!_queue.IsEmpty && (Volatile.Read(ref _atWork) == 1 || Volatile.Read(ref _queued) >= WorthAnotherWriter))
        {
            return false;
        }

        // Of two that leave to each other what is left, the one that leaves last finds nobody at work, and starts again.

        var left = Interlocked.Decrement(ref _atWork);
        if (!_queue.IsEmpty && TryStartWriting())
        {
            return false;
        }

        if (left == 0 && Volatile.Read(ref _isClosed) == 1)
        {
            _allWritten.TrySetResult();
        }

        return true;
    }

    private Task<TResult> StartWritingAsync(Entry entry)
    {
        // Where others were around a moment ago, more requests are on their way here: by its turn in the pool's queue the
        // group is larger. This write alone would cost as much as all of them.
        if (Volatile.Read(ref _lastGroup) > 1)
        {
            WriteInPool(null);
            return entry.Done.Task;
        }

        // What belongs to this request's flow, such as its trace, must not follow into the groups of others.
        using (ExecutionContext.SuppressFlow())
        {
            return WriteOwnGroupAsync(entry);
        }
    }

    private async Task<TResult> WriteOwnGroupAsync(Entry entry)
    {
        var heldBack = await WriteNextGroupAsync(null);
        if (heldBack is not null || !TryStopWriting())
        {
            WriteInPool(heldBack);
        }

        return await entry.Done.Task;
    }

    private void WriteInPool(Entry? heldBack)
        => ThreadPool.UnsafeQueueUserWorkItem(next => _ = WriteGroupsAsync(next), heldBack, preferLocal: false);

    private async Task WriteGroupsAsync(Entry? heldBack)
    {
        do
        {
            heldBack = await WriteNextGroupAsync(heldBack);
        }
        while (heldBack is not null || !TryStopWriting());
    }

    /// <summary>Answers the write that it had to hold back for the group after this one.</summary>
    private async Task<Entry?> WriteNextGroupAsync(Entry? heldBack)
    {
        var group = new List<Entry>();
        var keys = new HashSet<TKey>();
        if (heldBack is not null)
        {
            keys.Add(keyOf(heldBack.Item));
            group.Add(heldBack);
            heldBack = null;
        }

        while (group.Count < LargestGroup && heldBack is null && _queue.TryDequeue(out var entry))
        {
            Interlocked.Decrement(ref _queued);
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

        Volatile.Write(ref _lastGroup, group.Count);
        if (group.Count > 0)
        {
            await WriteGroupAsync(group);
        }

        return heldBack;
    }

    private async Task WriteGroupAsync(List<Entry> group)
    {
        try
        {
            TWrite[] items = [.. group.Select(entry => entry.Item)];
            var results = writing
                ? await database.WriteByKeyAsync(connection => write(connection, items, CancellationToken.None), CancellationToken.None)
                : await database.ReadByKeyAsync(connection => write(connection, items, CancellationToken.None), CancellationToken.None);
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
#pragma warning disable CA1031 // Every failure belongs to the requests that wait for it; the writer must outlive them all.
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
