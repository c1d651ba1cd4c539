namespace Solya.Workflows.Engine.Execution;

/// <summary>
/// A time that the database's clock has certainly reached: what it last said, plus what has passed here since. Waits are
/// measured by it, so none ends early by the database's clock, whatever this machine's clock says.
/// </summary>
public sealed class DatabaseClock(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _observed;
    private long _at;

    /// <summary>Takes what the database answered; a later answer that says less is a slower one.</summary>
    public void Observe(DateTimeOffset databaseNow)
    {
        lock (_lock)
        {
            if (databaseNow > Estimate())
            {
                (_observed, _at) = (databaseNow, clock.GetTimestamp());
            }
        }
    }

    /// <summary>Cut to the millisecond.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                var now = Estimate();
                return new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
            }
        }
    }

    private DateTimeOffset Estimate() => _at == 0 ? default : _observed + clock.GetElapsedTime(_at);
}
