using Npgsql;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Postgres.Failures;
using Solya.Workflows.Postgres.Migrations;

namespace Solya.Workflows.Api.Hosting;

/// <summary>Migrates the database while the service starts; waits for a database that is not there yet.</summary>
internal sealed partial class MigrationService(
    Migrator migrator, Readiness readiness, EngineStart engine, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MigrationService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await migrator.MigrateAsync(stoppingToken);
                readiness.MarkMigrated();
                engine.Open();
                LogReady();
                return;
            }
            catch (Exception failure) when (DatabaseFailure.Classify(failure, writing: false) is { } unavailable)
            {
                LogWaiting(unavailable.Message);
                await Task.Delay(Pause, clock, stoppingToken);
            }
            catch (PostgresException refused)
            {
                // Waiting would not help: the operator has to look.
                LogRefused(refused);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The database is migrated; the service is ready")]
    private partial void LogReady();

    [LoggerMessage(LogLevel.Warning, "The database is not there yet: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Critical, "The database refuses to be migrated; the service stops")]
    private partial void LogRefused(Exception refusal);
}
