using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Retention;

namespace Solya.Workflows.Engine;

/// <summary>
/// Deletes what ended long ago: runs with everything that belongs to them, and settled webhook deliveries. It looks at the
/// start and then every five minutes, and after each transaction rests nineteen times as long as that took.
/// </summary>
public sealed partial class PurgeEndedRuns(
    IRetention retention, RetentionOptions options, EngineStart start, TimeProvider clock, ILogger<PurgeEndedRuns> logger) : BackgroundService
{
    private const int RestsPerWork = 19;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await start.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                var now = clock.GetUtcNow();
                var runs = options.Runs is { } age
                    ? await WalkAsync((from, ct) => retention.PurgeRunsAsync(from, now - age, ct), stoppingToken)
                    : 0;
                var deliveries = await WalkAsync((from, ct) => retention.PurgeDeliveriesAsync(from, now - options.Deliveries, ct), stoppingToken);
                if (runs + deliveries > 0)
                {
                    LogPurged(runs, deliveries);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogLater(unavailable.Message);
            }
#pragma warning disable CA1031 // Old rows that cannot be deleted must not end the process; the next round tries again.
            catch (Exception unexpected) when (unexpected is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogUnexpected(unexpected);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<long> WalkAsync(Func<PurgePlace, CancellationToken, Task<PurgeReceipt>> purge, CancellationToken ct)
    {
        var deleted = 0L;
        PurgePlace? next = PurgePlace.Start;
        while (next is { } from)
        {
            var began = clock.GetTimestamp();
            var receipt = await purge(from, ct);
            deleted += receipt.Deleted;
            next = receipt.Next;
            await Task.Delay(clock.GetElapsedTime(began) * RestsPerWork, clock, ct);
        }

        return deleted;
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Runs} runs and {Deliveries} webhook deliveries that ended long ago")]
    private partial void LogPurged(long runs, long deliveries);

    [LoggerMessage(LogLevel.Warning, "What ended long ago stays until the next round: {Reason}")]
    private partial void LogLater(string reason);

    [LoggerMessage(LogLevel.Error, "What ended long ago could not be deleted; the next round tries again")]
    private partial void LogUnexpected(Exception exception);
}
