using System.Diagnostics;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests;

/// <summary>A PostgreSQL that is stopped or frozen under load, stays away for seconds, and comes back.</summary>
[Collection(ServiceTests.Name)]
public sealed class DatabaseAwayTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("INT")] // pg_ctl stop -m fast
    [InlineData("QUIT")] // pg_ctl stop -m immediate
    public async Task While_the_server_is_stopped_every_request_is_503_within_3_seconds_and_writes_work_within_5_of_its_return(string signal)
        => await AwayAsync(
            async server => await server.StopAsync(signal),
            async server => await server.StartAsync(),
            // A connection of the pool may be found broken only by a write on it; soon there is none left.
            definiteAfter: TimeSpan.FromSeconds(1));

    [Fact]
    public async Task While_the_server_is_frozen_every_request_is_503_within_3_seconds_and_writes_work_within_5_of_its_return()
    {
        int[] family = [];
        var writes = await AwayAsync(
            server =>
            {
                Processes.Signal("STOP", family = Processes.FamilyOf(server.Pid));
                return Task.CompletedTask;
            },
            _ =>
            {
                Processes.Signal("CONT", family);
                return Task.CompletedTask;
            },
            // The service cannot tell a frozen server from a slow one: every write may have happened.
            definiteAfter: null);

        Assert.Contains(writes, write => write.IsUnknown);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_says_that_its_outcome_is_unknown_and_one_that_was_never_sent_does_not()
    {
        await using var server = await OwnServer.StartNewAsync();
        await using var service = ServiceProcess.Start(server.Settings);
        await service.WaitUntilReadyAsync();
        using var client = service.CreateClient();
        var writer = new Writer(client, "org");
        await writer.PrepareAsync();
        Assert.True((await writer.ReportStepAsync("before")).IsAcknowledged); // its connection stays open
        var family = Processes.FamilyOf(server.Pid);

        Processes.Signal("STOP", family);
        var sent = await writer.ReportStepAsync("sent");
        var later = new List<Write>();
        await Eventually.TrueAsync(
            async () =>
            {
                later.Add(await writer.ReportStepAsync($"later {later.Count}"));
                return later[^1].IsRefused;
            },
            TimeSpan.FromSeconds(10),
            "no connection is left on which a write could be sent");
        Processes.Signal("CONT", family);

        Assert.True(sent.IsUnknown, sent.ToString());
        Answers.AreSuccessesOr503(later);
        await Eventually.TrueAsync(async () => (await writer.ReportStepAsync("after")).IsAcknowledged, RecoveryLimit, "a write works");
        await StoredWrites.AgreeAsync(server.ConnectionString, writer.Sent);
    }

    [Fact]
    public async Task A_keyed_write_with_an_unknown_outcome_has_happened_once_after_it_is_repeated()
    {
        await using var server = await OwnServer.StartNewAsync();
        await using var service = ServiceProcess.Start(server.Settings);
        await service.WaitUntilReadyAsync();
        using var client = service.CreateClient();
        var writer = new Writer(client, "org");
        await writer.PrepareAsync();

        // Some are answered, some stop on their way to the commit, and of some only the answer is lost.
        var family = Processes.FamilyOf(server.Pid);
        var names = Enumerable.Range(0, 20).Select(i => $"{i}").ToArray();
        var sending = Task.WhenAll(names.Select(writer.StartKeyedRunAsync));
        Processes.Signal("STOP", family);
        var writes = await sending;
        Processes.Signal("CONT", family);
        Answers.AreSuccessesOr503(writes);

        foreach (var name in names)
        {
            ApiAnswer repeat = null!;
            await Eventually.TrueAsync(
                async () => (repeat = await writer.RepeatKeyedRunAsync(name)).StatusCode == 200, RecoveryLimit, $"the repeat of {name} succeeds");
            var first = writes.Single(write => write.Name == name);
            Assert.True(!first.IsAcknowledged || first.Answer!.Text == repeat.Text, first.ToString());
        }

        output.WriteLine($"{writes.Count(write => write.IsUnknown)} of {names.Length} outcomes were unknown");
        Assert.Equal(20L, await ScratchFolder.QueryAsync(server.ConnectionString, "SELECT count(*) FROM workflow_runs WHERE trigger_context->>'keyed' IS NOT NULL"));
    }

    [Fact]
    public async Task A_service_told_to_stop_while_its_server_is_frozen_stops_within_10_seconds()
    {
        await using var server = await OwnServer.StartNewAsync();
        await using var service = ServiceProcess.Start(server.Settings);
        await service.WaitUntilReadyAsync();
        await using var load = await Load.StartAsync(service);
        await load.AcknowledgesAsync(100);
        var family = Processes.FamilyOf(server.Pid);

        Processes.Signal("STOP", family);
        var told = Stopwatch.GetTimestamp();
        await service.StopAsync();
        var took = Stopwatch.GetElapsedTime(told);
        Processes.Signal("CONT", family);

        output.WriteLine($"stopped after {took}");
        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}");
        Assert.Equal(0, service.ExitCode);
    }

    private async Task<IReadOnlyCollection<Write>> AwayAsync(Func<OwnServer, Task> leave, Func<OwnServer, Task> comeBack, TimeSpan? definiteAfter)
    {
        await using var server = await OwnServer.StartNewAsync();
        await using var service = ServiceProcess.Start(server.Settings);
        await service.WaitUntilReadyAsync();
        using var client = service.CreateClient();
        await using var load = await Load.StartAsync(service);
        await load.AcknowledgesAsync(300);

        await leave(server);
        var goneAt = Stopwatch.GetTimestamp();
        var readsAre503 = Answers.ToReadsAre503Async(client, load.Writers[0].Reads);
        await Eventually.TrueAsync(async () => await Answers.HealthAsync(client, "/health/ready") == 503, TimeSpan.FromSeconds(2), "the service says that it is not ready");
        using (var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100)))
        {
            while (await ticks.WaitForNextTickAsync() && Stopwatch.GetElapsedTime(goneAt) < TimeSpan.FromSeconds(5))
            {
                Assert.Equal(200, await Answers.HealthAsync(client, "/health/live"));
                Assert.Equal(503, await Answers.HealthAsync(client, "/health/ready"));
            }
        }

        await readsAre503;
        await Answers.ToReadsAre503Async(client, load.Writers[0].Reads);
        var returnsAt = Stopwatch.GetTimestamp();
        await comeBack(server);
        var backAt = Stopwatch.GetTimestamp();
        await load.AcknowledgesEveryKindAsync(backAt, RecoveryLimit);
        output.WriteLine($"writes of every kind {Stopwatch.GetElapsedTime(backAt)} after the return");
        Assert.Equal(200, await Answers.HealthAsync(client, "/health/ready"));
        await load.StopAsync();

        var writes = load.Writes;
        var meanwhile = writes.Where(write => write.SentAt >= goneAt && write.AnsweredAt <= returnsAt).ToList();
        output.WriteLine(
            $"while it was away: {meanwhile.Count(write => write.IsRefused)} refused, {meanwhile.Count(write => write.IsUnknown)} unknown, "
            + $"the slowest after {writes.Max(write => write.Took)}");
        Answers.AreSuccessesOr503(writes);
        Answers.CameWithin(AnswerLimit, writes);
        Assert.All(writes, write => Assert.NotNull(write.Answer));
        Assert.All(meanwhile, write => Assert.False(write.IsAcknowledged, write.ToString()));
        if (definiteAfter is { } soon)
        {
            Assert.Contains(meanwhile, write => write.IsRefused);
            Assert.All(
                meanwhile.Where(write => Stopwatch.GetElapsedTime(goneAt, write.SentAt) > soon),
                write => Assert.True(write.IsRefused, $"it was never sent, so nothing has happened: {write}"));
        }

        await StoredWrites.AgreeAsync(server.ConnectionString, writes);
        return writes;
    }
}
