namespace Solya.Workflows.Runs;

/// <summary>What became of a wish to run something once more.</summary>
public enum RepetitionOutcome
{
    Created,

    RunNotFound,

    /// <summary>The workflow has no such node, as it is now.</summary>
    NodeNotFound,

    /// <summary>The run or its workflow does not allow it; nothing has happened.</summary>
    NotAllowed,
}

/// <param name="Run">The new run, as it stood right after its creation.</param>
/// <param name="Reason">Why it is not allowed, for people.</param>
public readonly record struct RepetitionReceipt(RepetitionOutcome Outcome, Run? Run = null, string? Reason = null);
