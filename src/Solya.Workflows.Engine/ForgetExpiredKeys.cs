using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Failures;
using Solya.Workflows.Idempotency;

namespace Solya.Workflows.Engine;

/// <summary>Deletes idempotency keys that have outlived their day: every ten minutes, in batches that lock little.</summary>
public sealed partial class ForgetExpiredKeys(IExpiringKeys keys, TimeProvider clock, ILogger<ForgetExpiredKeys> logger) : BackgroundService
{
    private const int Batch = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var forgotten = 0;
                int deleted;
                do
                {
                    deleted = await keys.ForgetExpiredKeysAsync(clock.GetUtcNow(), Batch, stoppingToken);
                    forgotten += deleted;
                }
                while (deleted == Batch);

                if (forgotten > 0)
                {
                    LogForgotten(forgotten);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogLater(unavailable.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Forgot {Count} expired idempotency keys")]
    private partial void LogForgotten(int count);

    [LoggerMessage(LogLevel.Warning, "Expired idempotency keys stay until the next round: {Reason}")]
    private partial void LogLater(string reason);
}
