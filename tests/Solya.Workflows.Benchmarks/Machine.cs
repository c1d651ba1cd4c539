using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Solya.Workflows.Postgres.Local;

namespace Solya.Workflows.Benchmarks;

/// <summary>Where the figures come from; they mean nothing without it.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync()
    {
        var scratch = Workbench.MakeScratch();
        await using var postgres = await LocalPostgres.StartAsync(
            new LocalPostgresOptions { DataDirectory = scratch }, NullLogger.Instance, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(postgres.AdminConnectionString);
        await using var command = source.CreateCommand(
            """
            SELECT format('PostgreSQL %s (fsync %s, synchronous_commit %s, full_page_writes %s)', current_setting('server_version'),
                          current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'))
            """);
        var server = (string)(await command.ExecuteScalarAsync())!;
        await postgres.DisposeAsync();
        Directory.Delete(scratch, recursive: true);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {Processor()}, {RuntimeInformation.OSDescription}; {server}; {RuntimeInformation.FrameworkDescription}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
    }

    private static string Processor()
        => File.Exists("/proc/cpuinfo")
            && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } model
            ? model.Split(": ")[1]
            : RuntimeInformation.ProcessArchitecture.ToString();
}
