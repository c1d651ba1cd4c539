using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Queue;

namespace Solya.Workflows.Engine;

/// <summary>Calls off the runs that no step waits for any more, when the process that should have done so did not.</summary>
public sealed partial class CancelAbandonedRuns(IAbandonedRuns runs, DueBoard due, ILogger<CancelAbandonedRuns> logger) : BackgroundService
{
    private const int Batch = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Nothing to dispose: the engine stops after this duty and may look once more.
        var looked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        due.Looked += () => looked.Writer.TryWrite(true);
        while (!stoppingToken.IsCancellationRequested)
        {
            await looked.Reader.ReadAsync(stoppingToken);
            if (!(due.Times.AbandonedRun <= due.Times.Now))
            {
                continue;
            }

            try
            {
                var taken = await runs.CancelAbandonedRunsAsync(Batch, stoppingToken);
                if (taken > 0)
                {
                    LogCancelled(taken);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogLater(unavailable.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Called off {Count} runs that no step waited for any more")]
    private partial void LogCancelled(int count);

    [LoggerMessage(LogLevel.Warning, "Abandoned runs go on until the next round: {Reason}")]
    private partial void LogLater(string reason);
}
