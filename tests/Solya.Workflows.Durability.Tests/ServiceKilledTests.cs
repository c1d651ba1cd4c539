using Npgsql;
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

    [Fact]
    public async Task A_service_killed_inside_a_group_commit_leaves_the_whole_group_or_nothing_of_it()
    {
        await using var source = NpgsqlDataSource.Create(killed.Folder.ConnectionString);
        using var client = killed.Service.CreateClient();
        for (var attempt = 0; ; attempt++)
        {
            var writers = Enumerable.Range(0, 12).Select(i => new Writer(client, $"group {attempt:00} {i:00}")).ToList();
            var reports = await ReportTogetherAsync(source, client, writers, killed.Service.KillAsync);
            var answers = await Task.WhenAll(reports);
            killed.Writes.AddRange(answers);
            if (killed.Service.HasExited)
            {
                await WaitForLocksAsync(source, 0);
                await killed.RestartAsync();
                Assert.All(answers.Skip(1), write => Assert.Null(write.Answer));
                var stored = await StoredAsync(source, writers);
                output.WriteLine($"{stored} of 11 are there");
                Assert.True(stored is 0 or 11, $"{stored} of 11 are there");
                await StoredWrites.AgreeAsync(killed.Folder.ConnectionString, killed.Writes);
                return;
            }

            Assert.True(attempt < 20, "The reports never met in one group.");
        }
    }

    /// <summary>
    /// While the first report waits for its run, the others gather; their group then waits for the last run, and is killed
    /// there if all of them are in it: a group locks its runs in the order of their organizations.
    /// </summary>
    private static async Task<List<Task<Write>>> ReportTogetherAsync(NpgsqlDataSource source, HttpClient client, List<Writer> writers, Func<Task> kill)
    {
        foreach (var writer in writers)
        {
            await writer.PrepareAsync();
        }

        await using var first = await LockedRun.HoldAsync(source, writers[0].Organization);
        var reports = new List<Task<Write>> { writers[0].ReportStepAsync(writers[0].Organization) };
        await WaitForLocksAsync(source, 1);
        await using var last = await LockedRun.HoldAsync(source, writers[^1].Organization);
        reports.AddRange(writers.Skip(1).Select(writer => writer.ReportStepAsync(writer.Organization)));
        // Asked after the reports, one after the other: by the last answer they have come in, and wait.
        foreach (var _ in writers)
        {
            using var alive = await client.GetAsync("/health/live");
        }

        await first.DisposeAsync();
        await reports[0];
        await WaitForLocksAsync(source, 1);
        // Asked again and again: what is locked for a moment only belongs to a group that is not blocked.
        var areTogether = true;
        for (var look = 0; look < 20 && areTogether; look++)
        {
            areTogether = await AreLockedAsync(source, writers[1..^1]) && await StoredAsync(source, writers) == 0;
        }

        if (areTogether)
        {
            await kill();
        }

        return reports;
    }

    private static async Task<bool> AreLockedAsync(NpgsqlDataSource source, List<Writer> writers)
    {
        await using var command = source.CreateCommand("SELECT 1 FROM workflow_runs WHERE organization_id = ANY ($1) FOR UPDATE SKIP LOCKED");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. writers.Select(writer => writer.Organization)] });
        return await command.ExecuteScalarAsync() is null;
    }

    /// <summary>How many of the reports are there, the first one's not counted.</summary>
    private static Task<long> StoredAsync(NpgsqlDataSource source, List<Writer> writers) => CountAsync(
        source, $"SELECT count(*) FROM workflow_run_steps WHERE node_id IN ({string.Join(", ", writers.Skip(1).Select(writer => $"'{writer.Organization}'"))})");

    private static Task WaitForLocksAsync(NpgsqlDataSource source, long waiting) => Eventually.TrueAsync(
        async () => await CountAsync(source, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%workflow_run%'") == waiting,
        TimeSpan.FromSeconds(10),
        $"{waiting} statements wait for a lock");

    private static async Task<long> CountAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The run of an organization, locked until this is disposed of.</summary>
    private sealed class LockedRun(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<LockedRun> HoldAsync(NpgsqlDataSource source, string organization)
        {
            var connection = await source.OpenConnectionAsync();
            var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("SELECT 1 FROM workflow_runs WHERE organization_id = $1 FOR UPDATE", connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = organization } },
            };
            await command.ExecuteScalarAsync();
            return new(connection, transaction);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
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
