using Microsoft.Extensions.Logging.Abstractions;
using Solya.Workflows.Postgres.Local;

// A process that uses the private server of a folder until its input ends. See HolderProcess.
var options = new LocalPostgresOptions { DataDirectory = args[0] };
await using (var postgres = await LocalPostgres.StartAsync(options, NullLogger.Instance, CancellationToken.None))
{
    Console.WriteLine(postgres.ConnectionString);
    await Console.In.ReadToEndAsync();
}
