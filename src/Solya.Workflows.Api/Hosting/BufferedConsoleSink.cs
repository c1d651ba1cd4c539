using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Solya.Workflows.Api.Hosting;

/// <summary>
/// Writes log events to standard output from one background loop, many at a time: a line a request must not cost the
/// request a system call. When the buffer is full, loggers wait; no line is dropped
/// while anybody reads.
/// </summary>
internal sealed class BufferedConsoleSink : ILogEventSink, IDisposable
{
    private const int BufferedEvents = 10_000;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Channel<LogEvent> _events = Channel.CreateBounded<LogEvent>(
        new BoundedChannelOptions(BufferedEvents) { SingleReader = true });

    private readonly ITextFormatter _formatter;
    private readonly Task _loop;
    private readonly CancellationTokenSource _ending = new();

    public BufferedConsoleSink(ITextFormatter formatter)
    {
        _formatter = formatter;
        _loop = Task.Run(WriteAsync);
    }

    public void Emit(LogEvent logEvent)
    {
        while (!_events.Writer.TryWrite(logEvent))
        {
            if (!_events.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                return; // the service ends, or nobody reads its output any more
            }
        }
    }

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _ending.Cancel();
        _loop.GetAwaiter().GetResult();
        _ending.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024);
            while (await _events.Reader.WaitToReadAsync())
            {
                while (_events.Reader.TryRead(out var logEvent))
                {
                    _formatter.Format(logEvent, output);
                }

                await output.FlushAsync();
                // Under load the next lines gather meanwhile, instead of waking this loop one by one.
                await Task.Delay(Gathering, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (IOException gone)
        {
            // Whoever read the output has left. The service goes on without a log rather than stand still.
            _events.Writer.TryComplete();
            await Console.Error.WriteLineAsync($"Nobody reads the log any more: {gone.Message}");
        }
    }
}
