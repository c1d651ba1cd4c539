namespace Solya.Workflows.Durability.Tests;

/// <summary>
/// Many clients at once, each sending writes of every kind one after the other until they are told to stop. Several of
/// them share an organization, its run and its plan, so that their reports meet in one group and at one row.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Organizations = 3;
    private const int Clients = 16;

    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stopping = new();
    private Task _writing = Task.CompletedTask;

    private Load(ServiceProcess service)
    {
        _client = service.CreateClient();
        Writers = [.. Enumerable.Range(0, Organizations).Select(i => new Writer(_client, $"org {i}"))];
    }

    public IReadOnlyList<Writer> Writers { get; }

    /// <summary>All that were answered, or whose connection broke, so far.</summary>
    public IReadOnlyCollection<Write> Writes => [.. Writers.SelectMany(writer => writer.Sent)];

    public static async Task<Load> StartAsync(ServiceProcess service)
    {
        var load = new Load(service);
        foreach (var writer in load.Writers)
        {
            await writer.PrepareAsync();
        }

        load._writing = Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => load.WriteAsync(load.Writers[i % Organizations], i))));
        return load;
    }

    /// <summary>Waits until as many writes more have been acknowledged.</summary>
    public Task AcknowledgesAsync(int more)
    {
        var before = Acknowledged();
        return Eventually.TrueAsync(() => Acknowledged() >= before + more, TimeSpan.FromSeconds(15), $"{more} writes are acknowledged");

        int Acknowledged() => Writes.Count(write => write.IsAcknowledged);
    }

    /// <summary>Waits until a write of every kind that was sent after <paramref name="since"/> has been acknowledged.</summary>
    public Task AcknowledgesEveryKindAsync(long since, TimeSpan within)
        => Eventually.TrueAsync(
            () => Writes.Where(write => write.SentAt >= since && write.IsAcknowledged).DistinctBy(write => write.Kind).Count() == Enum.GetValues<WriteKind>().Length,
            within,
            "writes of every kind are acknowledged");

    /// <summary>Lets every client finish the request that it is at.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task WriteAsync(Writer writer, int client)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var round = 0; ; round++)
        {
            foreach (var kind in Enum.GetValues<WriteKind>())
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                var write = await writer.WriteAsync(kind, $"{client}-{round}-{kind}");
                if (!write.IsAcknowledged)
                {
                    await pause.WaitForNextTickAsync(); // what is refused at once would be asked again at once
                }
            }
        }
    }
}
