using Solya.Workflows.Queue;

namespace Solya.Workflows.Engine.Execution;

/// <summary>When there is next something to do, as the last look at the database told; shared by all duties, so that an
/// idle process looks once for all of them.</summary>
public sealed class DueBoard
{
    private readonly Lock _lock = new();
    private DueTimes _times;
    private DateTimeOffset? _run;

    /// <summary>Raised after each look.</summary>
    public event Action? Looked;

    public DateTimeOffset? Run
    {
        get
        {
            lock (_lock)
            {
                return _run;
            }
        }

        set
        {
            lock (_lock)
            {
                _run = value;
            }
        }
    }

    public DueTimes Times
    {
        get
        {
            lock (_lock)
            {
                return _times;
            }
        }
    }

    public void Take(DueTimes look)
    {
        lock (_lock)
        {
            _times = look;
            _run = look.Run;
        }

        Looked?.Invoke();
    }
}
