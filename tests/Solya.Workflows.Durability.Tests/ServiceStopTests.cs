using System.Diagnostics;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests;

/// <summary>SIGTERM: what is under way is finished, and the private server goes with its last user.</summary>
[Collection(ServiceTests.Name)]
public sealed class ServiceStopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_stop_under_load_answers_what_is_under_way_and_ends_with_code_0_within_10_seconds()
    {
        await using var folder = new ScratchFolder();
        await using var service = ServiceProcess.Start(folder.Settings);
        await service.WaitUntilReadyAsync();
        await using var load = await Load.StartAsync(service);
        await load.AcknowledgesAsync(300);

        var toldAt = Stopwatch.GetTimestamp();
        await service.StopAsync();
        var took = Stopwatch.GetElapsedTime(toldAt);
        await load.StopAsync();

        var underWay = load.Writes.Where(write => write.SentAt < toldAt && write.AnsweredAt > toldAt).ToList();
        output.WriteLine($"stopped after {took}; {underWay.Count} requests were under way");
        Assert.True(took < Limit, $"{took}");
        Assert.Equal(0, service.ExitCode);
        Assert.NotEmpty(underWay);
        Assert.All(underWay, write => Assert.True(write.IsAcknowledged, write.ToString()));
        Assert.All(load.Writes.Where(write => write.Answer is not null), write => Assert.True(write.IsAcknowledged, write.ToString()));
        Assert.Null(folder.ServerPid()); // it was the server's last user

        await using var again = await folder.StartAsync();
        await StoredWrites.AgreeAsync(again.ConnectionString, load.Writes);
    }

    [Fact]
    public async Task Of_two_services_on_one_data_folder_the_first_to_stop_leaves_the_other_working_and_the_last_stops_the_server()
    {
        await using var folder = new ScratchFolder();
        await using var first = ServiceProcess.Start(folder.Settings);
        await using var second = ServiceProcess.Start(folder.Settings);
        await Task.WhenAll(first.WaitUntilReadyAsync(), second.WaitUntilReadyAsync());
        await using var load = await Load.StartAsync(second);
        await load.AcknowledgesAsync(50);

        await first.StopAsync();
        await load.AcknowledgesAsync(200);
        await load.StopAsync();

        Assert.Equal(0, first.ExitCode);
        Assert.All(load.Writes, write => Assert.True(write.IsAcknowledged, write.ToString()));
        Assert.NotNull(folder.ServerPid());

        await second.StopAsync();
        Assert.Null(folder.ServerPid());
    }
}
