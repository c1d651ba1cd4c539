namespace Solya.Workflows.Engine.Execution;

/// <summary>Whether this process's engine does its rounds, and how far it is behind.</summary>
public sealed class EngineHealth(EngineOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private long _passedAt;
    private long _lagMilliseconds;
    private long _claimed;
    private long _letGo;

    public bool IsEnabled => options.Enabled;

    /// <summary>Whether a round was made in the last ten seconds.</summary>
    public bool IsAlive => Volatile.Read(ref _passedAt) is not 0 and var at && clock.GetElapsedTime(at) < Patience;

    /// <summary>How long the oldest run of the queue has been due.</summary>
    public TimeSpan Lag => TimeSpan.FromMilliseconds(Volatile.Read(ref _lagMilliseconds));

    /// <summary>Runs taken from the queue since the process started; those born here are not among them.</summary>
    public long Claimed => Volatile.Read(ref _claimed);

    /// <summary>Runs that this process has moved as far as it could since it started.</summary>
    public long LetGo => Volatile.Read(ref _letGo);

    internal void CountClaims(int runs) => Interlocked.Add(ref _claimed, runs);

    internal void CountLetGo() => Interlocked.Increment(ref _letGo);

    internal void Passed(long at, DateTimeOffset now, DateTimeOffset? due)
    {
        Volatile.Write(ref _lagMilliseconds, due < now ? (long)(now - due.Value).TotalMilliseconds : 0);
        Volatile.Write(ref _passedAt, at);
    }
}
