using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests;

/// <summary>kill -9 of the service: what it had acknowledged is there when it is started again.</summary>
[Collection(ServiceTests.Name)]
public sealed class ServiceKilledTests(KilledService killed, ITestOutputHelper output) : IClassFixture<KilledService>
{
    public static TheoryData<WriteKind> EveryKind => [.. Enum.GetValues<WriteKind>()];

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task A_write_answered_200_is_there_after_the_service_is_killed(WriteKind kind)
    {
        using var client = killed.Service.CreateClient();
        var writer = new Writer(client, $"alone {kind}");
        await writer.PrepareAsync();

        var write = await writer.WriteAsync(kind, "last words");
        await killed.Service.KillAsync();

        killed.Writes.AddRange(writer.Sent);
        Assert.True(write.IsAcknowledged, write.ToString());
        output.WriteLine($"ready again after {await killed.RestartAsync()}");
        await StoredWrites.AgreeAsync(killed.Folder.ConnectionString, killed.Writes);
    }

    [Fact]
    public async Task A_keyed_request_repeated_after_the_service_was_killed_gets_the_same_answer()
    {
        using var client = killed.Service.CreateClient();
        var writer = new Writer(client, "keyed");
        await writer.PrepareAsync();
        var first = await writer.StartKeyedRunAsync("once");
        killed.Writes.AddRange(writer.Sent);

        await killed.Service.KillAsync();
        await killed.RestartAsync();
        var repeat = await writer.RepeatKeyedRunAsync("once");

        Assert.Equal(200, repeat.StatusCode);
        Assert.Equal(first.Answer!.Text, repeat.Text);
        Assert.Equal(["true"], repeat.Message.Headers.GetValues("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Writes_of_many_clients_answered_200_are_all_there_after_kills_and_none_is_half_written()
    {
        await using var load = await Load.StartAsync(killed.Service);
        for (var kill = 0; kill < 3; kill++)
        {
            await load.AcknowledgesAsync(400);
            await killed.Service.KillAsync();
            await killed.RestartAsync();
        }

        await load.AcknowledgesAsync(100);
        await load.StopAsync();
        killed.Writes.AddRange(load.Writes);

        output.WriteLine($"{load.Writes.Count(write => write.IsAcknowledged)} acknowledged, {load.Writes.Count(write => write.Answer is null)} without an answer");
        await StoredWrites.AgreeAsync(killed.Folder.ConnectionString, killed.Writes);
    }
}

/// <summary>A service on a private server, killed and started again on the same port and folder.</summary>
public sealed class KilledService : IAsyncLifetime
{
    internal ScratchFolder Folder { get; } = new();

    internal ServiceProcess Service { get; private set; } = null!;

    /// <summary>Everything that was ever sent to it.</summary>
    internal List<Write> Writes { get; } = [];

    public async Task InitializeAsync()
    {
        Service = ServiceProcess.Start(Folder.Settings);
        await Service.WaitUntilReadyAsync();
    }

    public async Task<TimeSpan> RestartAsync()
    {
        await Service.DisposeAsync();
        Service = ServiceProcess.Start(Folder.Settings, Service.Address.Port);
        return await Service.WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Folder.DisposeAsync();
    }
}
