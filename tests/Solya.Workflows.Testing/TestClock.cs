namespace Solya.Workflows.Testing;

/// <summary>The system's clock, moved forward at will. It never stands still, and timers are real.</summary>
public sealed class TestClock : TimeProvider
{
    private long _ahead;
    private long _elapsed;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _elapsed) * TimestampFrequency / TimeSpan.TicksPerSecond);

    /// <summary>Lets everything that measures a span wait for that much less. The date stays.</summary>
    public void Elapse(TimeSpan by) => Interlocked.Add(ref _elapsed, by.Ticks);
}
