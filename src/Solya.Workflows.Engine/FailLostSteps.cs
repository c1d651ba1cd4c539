using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Engine;

/// <summary>Fails the steps whose last attempt's worker has fallen silent, as soon as the engine's look tells of one.</summary>
public sealed partial class FailLostSteps(IWorkerLeases leases, DueBoard due, ILogger<FailLostSteps> logger) : BackgroundService
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
            if (!(due.Times.WorkerLease <= due.Times.Now))
            {
                continue;
            }

            try
            {
                var failed = await leases.FailLostStepsAsync(Batch, stoppingToken);
                if (failed > 0)
                {
                    LogLost(failed);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogLater(unavailable.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Failed {Count} steps whose workers were not heard of in time")]
    private partial void LogLost(int count);

    [LoggerMessage(LogLevel.Warning, "Steps of lost workers stay until the next round: {Reason}")]
    private partial void LogLater(string reason);
}
