using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Solya.Workflows.Api.Hosting;

/// <summary>
/// Writes log events to standard output from one background loop, many at a time: a line a request must not cost the
/// request a system call. When the buffer is full, loggers wait; no line is dropped.
/// </summary>
internal sealed class BufferedConsoleSink : ILogEventSink, IDisposable
{
    private const int BufferedEvents = 10_000;

    private readonly Channel<LogEvent> _events = Channel.CreateBounded<LogEvent>(
        new BoundedChannelOptions(BufferedEvents) { SingleReader = true });

    private readonly ITextFormatter _formatter;
    private readonly Task _loop;

    public BufferedConsoleSink(ITextFormatter formatter)
    {
        _formatter = formatter;
        _loop = Task.Run(WriteAsync);
    }

    public void Emit(LogEvent logEvent)
    {
        if (!_events.Writer.TryWrite(logEvent))
        {
            // Full, or already disposed; in the second case nobody reads any more and the event has no place to go.
            using var waiting = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            while (_events.Writer.WaitToWriteAsync(waiting.Token).AsTask().GetAwaiter().GetResult() && !_events.Writer.TryWrite(logEvent))
            {
            }
        }
    }

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _loop.GetAwaiter().GetResult();
    }

    private async Task WriteAsync()
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024);
        while (await _events.Reader.WaitToReadAsync())
        {
            while (_events.Reader.TryRead(out var logEvent))
            {
                _formatter.Format(logEvent, output);
            }

            await output.FlushAsync();
        }
    }
}
