using Solya.Workflows.Wire;

namespace Solya.Workflows.Steps;

/// <summary>What an open step of the engine waits for.</summary>
public enum WaitKind
{
    /// <summary>A point in time; the engine takes the run up again when it has come.</summary>
    [Wire("TIMER")]
    Timer,

    /// <summary>The next attempt after a failed one; the engine takes the run up again when it is due.</summary>
    [Wire("RETRY")]
    Retry,

    /// <summary>A signal of its type, sent or kept; without a timeout it may wait for ever.</summary>
    [Wire("SIGNAL")]
    Signal,

    /// <summary>A person's decision; without a timeout it may wait for ever.</summary>
    [Wire("APPROVAL")]
    Approval,

    /// <summary>A worker outside. If that worker dies its lease ends, and another one may claim the work.</summary>
    [Wire("WORKER")]
    Worker,

    /// <summary>Another run, which wakes this one in the transaction that ends it.</summary>
    [Wire("CHILD")]
    Child,
}
