using System.Diagnostics;

namespace Solya.Workflows.Durability.Tests;

public sealed class LocalPostgresProcessTests
{
    [Fact]
    public async Task The_server_outlives_a_killed_service_and_the_next_one_adopts_it()
    {
        await using var folder = new ScratchFolder();
        var (holder, connectionString) = await HolderProcess.StartAsync(folder.Data);
        await using var _ = holder;
        var pid = folder.ServerPid();

        await holder.KillAsync();
        Assert.True(await ScratchFolder.AnswersAsync(connectionString));

        await using (await folder.StartAsync())
        {
            Assert.Equal(pid, folder.ServerPid());
        }

        Assert.Null(folder.ServerPid()); // the killed one no longer counts as a user
    }

    [Fact]
    public async Task A_start_after_service_and_server_were_killed_has_what_was_committed()
    {
        await using var folder = new ScratchFolder();
        var (holder, connectionString) = await HolderProcess.StartAsync(folder.Data);
        await using var _ = holder;
        await ScratchFolder.QueryAsync(connectionString, "CREATE TABLE kept (value int); INSERT INTO kept VALUES (1)");

        await holder.KillAsync();
        folder.KillServer();

        await using var postgres = await folder.StartAsync();
        Assert.Equal(1L, await ScratchFolder.QueryAsync(postgres.ConnectionString, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task The_server_is_in_a_session_of_its_own()
    {
        await using var folder = new ScratchFolder();
        await using var postgres = await folder.StartAsync();

        // Fields after the name in /proc/…/stat: state, parent, process group, session.
        static string SessionOf(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[3];
        Assert.NotEqual(SessionOf(Environment.ProcessId), SessionOf(folder.ServerPid()!.Value));
    }

    [Fact]
    public async Task Eight_processes_at_once_on_an_empty_folder_all_get_the_one_server()
    {
        await using var folder = new ScratchFolder();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => HolderProcess.StartAsync(folder.Data)));
        var answers = await Task.WhenAll(all.Select(h => ScratchFolder.AnswersAsync(h.ConnectionString)));
        await Task.WhenAll(all.Select(h => h.Holder.DisposeAsync().AsTask()));

        Assert.All(answers, Assert.True);
        Assert.Null(folder.ServerPid());
    }

    [Fact]
    public async Task Starts_are_quick()
    {
        await using var folder = new ScratchFolder();

        var asked = Stopwatch.GetTimestamp();
        var fresh = await folder.StartAsync();
        Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(5), $"fresh: {Stopwatch.GetElapsedTime(asked)}");
        await fresh.DisposeAsync();

        asked = Stopwatch.GetTimestamp();
        await using var existing = await folder.StartAsync();
        Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(2), $"existing: {Stopwatch.GetElapsedTime(asked)}");
    }
}
