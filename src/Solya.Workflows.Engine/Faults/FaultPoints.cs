namespace Solya.Workflows.Engine.Faults;

/// <summary>
/// Ends the process at a named instant, for tests: <c>Engine__KillAt</c> names the point, <c>Engine__KillAtPass</c> how
/// often it is passed before (default 0). Without the setting it does nothing.
/// </summary>
public sealed class FaultPoints(FaultPoint? killAt, int passes)
{
    public static readonly FaultPoints None = new(null, 0);

    private int _left = passes;

    public void Pass(FaultPoint point)
    {
        if (killAt == point && Interlocked.Decrement(ref _left) < 0)
        {
            // As kill -9 does: no handler runs, nothing is flushed.
            System.Diagnostics.Process.GetCurrentProcess().Kill();
            new ManualResetEvent(false).WaitOne();
        }
    }
}
