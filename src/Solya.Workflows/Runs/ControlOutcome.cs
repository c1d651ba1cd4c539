namespace Solya.Workflows.Runs;

/// <summary>What became of somebody's wish to change a run or one of its steps.</summary>
public enum ControlOutcome
{
    Done,

    NotFound,

    /// <summary>The run's status, or what it waits for, does not allow it; nothing has changed.</summary>
    NotAllowed,
}

/// <param name="Reason">Why it is not allowed, for people.</param>
/// <param name="Run">The run as the change left it, where the change is one of the whole run.</param>
public readonly record struct ControlReceipt(ControlOutcome Outcome, string? Reason = null, Run? Run = null);
