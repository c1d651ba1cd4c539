using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Queue;

namespace Solya.Workflows.Engine;

/// <summary>
/// Clears the queues of what has left them, after every 2,000 runs that this process has let go of, at most every two
/// seconds. PostgreSQL does so by itself once a minute: by then every claim reads past tens of thousands of dead entries.
/// </summary>
public sealed partial class VacuumQueues(
    IEngineStore store, EngineHealth health, EngineStart start, TimeProvider clock, ILogger<VacuumQueues> logger) : BackgroundService
{
    private const long Worthwhile = 2_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await start.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, clock);
        var cleared = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var letGo = health.LetGo;
            if (letGo - cleared < Worthwhile)
            {
                continue;
            }

            cleared = letGo;
            try
            {
                await store.VacuumAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogLater(unavailable.Message);
            }
#pragma warning disable CA1031 // A queue that cannot be cleared is slow, and must not end the process.
            catch (Exception unexpected) when (unexpected is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogUnexpected(unexpected);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The queues are cleared later: {Reason}")]
    private partial void LogLater(string reason);

    [LoggerMessage(LogLevel.Error, "The queues could not be cleared of what has left them")]
    private partial void LogUnexpected(Exception exception);
}
