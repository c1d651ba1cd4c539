using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Npgsql;
using Solya.Workflows.Postgres.Local;

namespace Solya.Workflows.Durability.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class LocalPostgresTests
{
    private static readonly TimeSpan RestartLimit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_fresh_folder_gets_a_durable_server_with_the_database()
    {
        await using var folder = new ScratchFolder();
        await using var postgres = await folder.StartAsync();

        Assert.Equal("solya", await ScratchFolder.QueryAsync(postgres.ConnectionString, "SELECT current_database()::text"));
        Assert.Equal("postgres", await ScratchFolder.QueryAsync(postgres.AdminConnectionString, "SELECT current_database()::text"));
        Assert.Equal("on on on", await ScratchFolder.QueryAsync(
            postgres.ConnectionString,
            "SELECT concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'))"));
        Assert.Equal("", await ScratchFolder.QueryAsync(postgres.ConnectionString, "SELECT current_setting('listen_addresses')"));
    }

    [Fact]
    public async Task A_second_start_adopts_the_running_server()
    {
        await using var folder = new ScratchFolder();
        await using var first = await folder.StartAsync();
        var pid = folder.ServerPid();

        await using var second = await folder.StartAsync();

        Assert.Equal(pid, folder.ServerPid());
        Assert.Equal(first.ConnectionString, second.ConnectionString);
        Assert.True(await ScratchFolder.AnswersAsync(second.ConnectionString));
    }

    [Fact]
    public async Task The_last_user_stops_the_server_and_an_earlier_one_leaves_it()
    {
        await using var folder = new ScratchFolder();
        var first = await folder.StartAsync();
        var second = await folder.StartAsync();

        await first.DisposeAsync();
        Assert.True(await ScratchFolder.AnswersAsync(second.ConnectionString));

        await second.DisposeAsync();
        Assert.Null(folder.ServerPid());
    }

    [Fact]
    public async Task A_stopped_server_is_started_again_with_its_data()
    {
        await using var folder = new ScratchFolder();
        await using (var first = await folder.StartAsync())
        {
            await KeepAsync(first, 1);
        }

        await using var second = await folder.StartAsync();
        Assert.Equal(1L, await CountAsync(second));
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_what_was_committed()
    {
        await using var folder = new ScratchFolder();
        await using var postgres = await folder.StartAsync();
        await KeepAsync(postgres, 1);

        folder.KillServer();

        await Eventually.TrueAsync(() => ScratchFolder.AnswersAsync(postgres.ConnectionString), RestartLimit, "the killed server is back");
        Assert.Equal(1L, await CountAsync(postgres));
    }

    [Fact]
    public async Task A_killed_server_comes_back_though_a_backend_of_it_is_busy()
    {
        await using var folder = new ScratchFolder();
        await using var postgres = await folder.StartAsync();
        var busy = ScratchFolder.QueryAsync(postgres.ConnectionString, "SELECT count(*) FROM generate_series(1, 100000000000)");
        await Eventually.TrueAsync(
            async () => await ScratchFolder.QueryAsync(
                postgres.AdminConnectionString, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1%' AND pid <> pg_backend_pid()") is 1L,
            RestartLimit,
            "the long query runs");
        var old = folder.ServerPid();

        folder.KillServer();

        await Eventually.TrueAsync(
            async () => folder.ServerPid() != old && await ScratchFolder.AnswersAsync(postgres.ConnectionString), RestartLimit, "the server is back");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => busy);
    }

    [Fact]
    public async Task A_server_stopped_by_hand_comes_back_while_it_is_used()
    {
        await using var folder = new ScratchFolder();
        await using var postgres = await folder.StartAsync();
        var old = folder.ServerPid();

        Signal("QUIT", old!.Value); // what pg_ctl stop -m immediate sends

        await Eventually.TrueAsync(
            async () => folder.ServerPid() != old && await ScratchFolder.AnswersAsync(postgres.ConnectionString), RestartLimit, "the server is back");
    }

    [Fact]
    public async Task A_frozen_server_is_left_alone()
    {
        await using var folder = new ScratchFolder();
        await using var postgres = await folder.StartAsync();
        var pid = folder.ServerPid();

        Signal("STOP", pid!.Value);
        try
        {
            await Eventually.StaysTrueAsync(
                () => folder.ServerPid() == pid && Directory.Exists($"/proc/{pid}"), TimeSpan.FromSeconds(2), "the frozen server is untouched");
        }
        finally
        {
            Signal("CONT", pid.Value);
        }

        Assert.True(await ScratchFolder.AnswersAsync(postgres.ConnectionString));
        Assert.Equal(pid, folder.ServerPid());
    }

    [Fact]
    public async Task Eight_starts_at_once_on_an_empty_folder_all_get_the_one_server()
    {
        await using var folder = new ScratchFolder();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(folder.StartAsync)));

        Assert.Single(all.Select(p => p.ConnectionString).Distinct());
        Assert.All(await Task.WhenAll(all.Select(p => ScratchFolder.AnswersAsync(p.ConnectionString))), Assert.True);

        await Task.WhenAll(all.Select(p => p.DisposeAsync().AsTask()));
        Assert.Null(folder.ServerPid());
    }

    [Fact]
    public async Task The_server_does_not_need_to_pass_a_folder_that_is_closed_to_it()
    {
        await using var folder = new ScratchFolder();
        var parent = Path.GetDirectoryName(folder.Data)!;
        var closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(parent, closed);

        await using var postgres = await folder.StartAsync();

        Assert.True(await ScratchFolder.AnswersAsync(postgres.ConnectionString));
        Assert.Equal(closed, File.GetUnixFileMode(parent));
        if (Environment.IsPrivilegedProcess)
        {
            // Bit 2 is CAP_DAC_READ_SEARCH: nothing else of root's came along.
            var status = await File.ReadAllLinesAsync($"/proc/{folder.ServerPid()}/status");
            Assert.Contains("CapEff:\t0000000000000004", status);
            Assert.DoesNotContain(status, line => line.StartsWith("Uid:\t0", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Half_of_a_cluster_is_thrown_away_and_made_again()
    {
        await using var folder = new ScratchFolder();
        var halfMade = Directory.CreateDirectory(Path.Combine(folder.Data, "postgres.new-killed"));
        await File.WriteAllTextAsync(Path.Combine(halfMade.FullName, "PG_VERSION"), "15\n");

        await using var postgres = await folder.StartAsync();

        Assert.True(await ScratchFolder.AnswersAsync(postgres.ConnectionString));
        Assert.Empty(Directory.GetDirectories(folder.Data, "postgres.new-*"));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_works()
    {
        await using var folder = new ScratchFolder(Path.Combine(new string('a', 100), new string('b', 100), "ü, and 'more': data"));
        await using var postgres = await folder.StartAsync();
        var socketFolder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;

        Assert.StartsWith("/tmp/solya-", socketFolder, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socketFolder));
        Assert.True(await ScratchFolder.AnswersAsync(postgres.ConnectionString));

        await postgres.DisposeAsync();
        Assert.False(Directory.Exists(socketFolder));
    }

    [Fact]
    public async Task A_relative_folder_works()
    {
        await using var folder = new ScratchFolder();
        var options = new LocalPostgresOptions { DataDirectory = Path.GetRelativePath(Environment.CurrentDirectory, folder.Data) };
        await using var postgres = await ScratchFolder.StartAsync(options);

        Assert.True(await ScratchFolder.AnswersAsync(postgres.ConnectionString));
        Assert.NotNull(folder.ServerPid());
    }

    [Fact]
    public async Task A_pid_file_that_names_another_process_does_not_hinder_the_start()
    {
        await using var folder = new ScratchFolder();
        await using (var first = await folder.StartAsync())
        {
            await KeepAsync(first, 1);
        }

        // As after a restart of a container, where pids begin again.
        await File.WriteAllTextAsync(
            Path.Combine(folder.Cluster, "postmaster.pid"),
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{folder.Cluster}\n1\n5432\n\n\n1 1\nready   \n"));

        await using var second = await folder.StartAsync();
        Assert.Equal(1L, await CountAsync(second));
    }

    [Fact]
    public async Task Without_programs_the_message_says_what_to_do()
    {
        await using var folder = new ScratchFolder();
        var options = new LocalPostgresOptions { DataDirectory = folder.Data, BinariesDirectory = Path.GetTempPath() };

        var refusal = await Assert.ThrowsAsync<LocalPostgresException>(() => ScratchFolder.StartAsync(options));

        Assert.Contains("initdb", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("PG_BIN", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Workflows", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_the_server_refuses_is_told_at_once_with_its_own_words()
    {
        await using var folder = new ScratchFolder();
        var options = new LocalPostgresOptions
        {
            DataDirectory = folder.Data,
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "it's many" },
        };

        var refusal = await Assert.ThrowsAsync<LocalPostgresException>(() => ScratchFolder.StartAsync(options));

        Assert.Contains("invalid value for parameter \"shared_buffers\": \"it's many\"", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task KeepAsync(LocalPostgres postgres, int value) => await ScratchFolder.QueryAsync(
        postgres.ConnectionString, string.Create(CultureInfo.InvariantCulture, $"CREATE TABLE kept (value int); INSERT INTO kept VALUES ({value})"));

    private static Task<object?> CountAsync(LocalPostgres postgres) =>
        ScratchFolder.QueryAsync(postgres.ConnectionString, "SELECT count(*) FROM kept");

    private static void Signal(string name, int pid)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {pid}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
