using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Npgsql;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests;

/// <summary>Starts that meet no server, no database, no tables, or each other.</summary>
[Collection(ServiceTests.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class ServiceStartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_service_started_before_its_server_waits_and_becomes_ready_when_the_server_comes()
    {
        await using var server = await OwnServer.StartNewAsync();
        await server.StopAsync("INT");
        await using var service = ServiceProcess.Start(server.Settings);

        await WaitsAsync(service);
        await server.StartAsync();

        output.WriteLine($"ready {await service.WaitUntilReadyAsync(Limit)} after the server");
        await WorksAsync(service);
    }

    [Fact]
    public async Task A_service_started_before_its_database_waits_and_becomes_ready_when_the_database_is_made()
    {
        await using var server = await OwnServer.StartNewAsync();
        var later = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "later" }.ConnectionString;
        await using var service = ServiceProcess.Start(OwnServer.SettingsOf(later));

        await WaitsAsync(service);
        await ScratchFolder.QueryAsync(server.ConnectionString, "CREATE DATABASE later");

        output.WriteLine($"ready {await service.WaitUntilReadyAsync(Limit)} after the database");
        await WorksAsync(service);
    }

    [Fact]
    public async Task Eight_services_started_at_once_on_an_empty_database_are_all_ready_and_the_migration_ran_once()
    {
        await using var server = await OwnServer.StartNewAsync();
        await CountTablesMadeAsync(server, "pg_sleep(0.3)"); // time enough for all of them to arrive

        var began = Stopwatch.GetTimestamp();
        var services = Enumerable.Range(0, 8).Select(_ => ServiceProcess.Start(server.Settings)).ToArray();
        try
        {
            await Task.WhenAll(services.Select(service => service.WaitUntilReadyAsync(TimeSpan.FromSeconds(60))));
            output.WriteLine($"8 services ready after {Stopwatch.GetElapsedTime(began)}");
            await Task.WhenAll(services.Select(WorksAsync));
        }
        finally
        {
            await Task.WhenAll(services.Select(service => service.DisposeAsync().AsTask()));
        }

        Assert.Equal(1L, await ScratchFolder.QueryAsync(server.ConnectionString, "SELECT count(*) FROM made WHERE name = 'public.workflow_runs'"));
        Assert.Equal(
            await ScratchFolder.QueryAsync(server.ConnectionString, """SELECT count(DISTINCT "MigrationId") FROM "__EFMigrationsHistory" """),
            await ScratchFolder.QueryAsync(server.ConnectionString, """SELECT count(*) FROM "__EFMigrationsHistory" """));
    }

    [Fact]
    public async Task A_migration_may_take_longer_than_a_statement_of_a_request()
    {
        await using var server = await OwnServer.StartNewAsync();
        await CountTablesMadeAsync(server, "pg_sleep(4)");

        await using var service = ServiceProcess.Start(server.Settings);
        await service.WaitUntilReadyAsync();

        await WorksAsync(service);
    }

    [Fact]
    public async Task Without_ASPNETCORE_URLS_it_listens_on_port_5080_of_this_machine_alone()
    {
        await using var folder = new ScratchFolder();
        if (!IsFree(5080))
        {
            output.WriteLine("Port 5080 is taken: nothing was tested.");
            return;
        }

        await using var service = ServiceProcess.Start(new Dictionary<string, string?>(folder.Settings) { ["ASPNETCORE_URLS"] = null }, port: 5080);
        await service.WaitUntilReadyAsync();

        Assert.Equal(["0100007F:13D8"], ListenersOf(service.Id));
    }

    [Fact]
    public async Task A_data_folder_that_nobody_else_may_enter_works_and_is_found_again()
    {
        await using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(folder.Data)!));

        await using (var fresh = ServiceProcess.Start(folder.Settings))
        {
            output.WriteLine($"fresh data folder: ready after {await fresh.WaitUntilReadyAsync()}");
            await WorksAsync(fresh);
        }

        await using var existing = ServiceProcess.Start(folder.Settings);
        output.WriteLine($"existing data folder: ready after {await existing.WaitUntilReadyAsync()}");
        using var client = existing.CreateClient();
        Assert.Equal(1, (int)(await client.SendAsync(HttpMethod.Get, "/workflow-runs?organizationId=org")).Data["total"]!);
    }

    private static async Task WaitsAsync(ServiceProcess service)
    {
        using var client = service.CreateClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await Answers.HealthAsync(client, "/health/live") == 200;
                }
                catch (HttpRequestException) when (!service.HasExited)
                {
                    return false; // it does not listen yet
                }
            },
            TimeSpan.FromSeconds(15),
            "the service lives");

        // Longer than it waits between two looks for the database.
        var began = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await ticks.WaitForNextTickAsync() && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1.5))
        {
            Assert.False(service.HasExited, service.Output);
            Assert.Equal(200, await Answers.HealthAsync(client, "/health/live"));
            Assert.Equal(503, await Answers.HealthAsync(client, "/health/ready"));
            var answer = await client.PostAsync("/workflow-runs", new { organizationId = "org" });
            Assert.Equal(503, answer.StatusCode);
            Assert.NotNull(answer.Message.Headers.RetryAfter);
            Assert.Null(answer.Body["outcome"]);
        }
    }

    private static async Task WorksAsync(ServiceProcess service)
    {
        using var client = service.CreateClient();
        Assert.Equal(200, (await client.PostAsync("/workflow-runs", new { organizationId = "org" })).StatusCode);
    }

    private static Task<object?> CountTablesMadeAsync(OwnServer server, string first) => ScratchFolder.QueryAsync(
        server.ConnectionString,
        $"""
        CREATE TABLE made (name text);
        CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $note$
        BEGIN
            IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.workflow_runs' AND command_tag = 'CREATE TABLE') THEN
                PERFORM {first};
                INSERT INTO made SELECT object_identity FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE';
            END IF;
        END $note$;
        CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION note();
        """);

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // In /proc/net/tcp: number, local address, remote address, state (0A is LISTEN), …, the socket's inode in the tenth field.
    private static string[] ListenersOf(int pid)
    {
        var sockets = Directory.EnumerateFileSystemEntries($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/fd")
            .Select(descriptor => new FileInfo(descriptor).LinkTarget)
            .ToHashSet();
        return
        [
            .. from file in new[] { "/proc/net/tcp", "/proc/net/tcp6" }
               where File.Exists(file)
               from line in File.ReadLines(file).Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]")
               select fields[1],
        ];
    }
}
