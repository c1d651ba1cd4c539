using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Engine;

/// <summary>Starts the runs of schedules, as soon as the engine's look tells that one is due.</summary>
public sealed partial class StartScheduledRuns(IScheduledRuns schedules, DueBoard due, TimeProvider clock, ILogger<StartScheduledRuns> logger) : BackgroundService
{
    private const int Batch = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Nothing to dispose: the engine stops after this duty and may look once more.
        var looked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        due.Looked += () => looked.Writer.TryWrite(true);
        while (!stoppingToken.IsCancellationRequested)
        {
            await looked.Reader.ReadAsync(stoppingToken);
            if (!(due.Times.Schedule <= clock.GetUtcNow()))
            {
                continue;
            }

            try
            {
                // Ticks are instants on the wall, so it is this machine's clock that says whether they have come.
                while (await schedules.StartDueAsync(Batch, clock.GetUtcNow(), stoppingToken) == Batch)
                {
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogLater(unavailable.Message);
            }
#pragma warning disable CA1031 // A schedule that cannot be decided on must not end the process; the next look tries again.
            catch (Exception unexpected) when (unexpected is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogUnexpected(unexpected);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Scheduled runs start later: {Reason}")]
    private partial void LogLater(string reason);

    [LoggerMessage(LogLevel.Error, "Scheduled runs could not be started; the next look tries again")]
    private partial void LogUnexpected(Exception exception);
}
