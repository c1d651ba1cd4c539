namespace Solya.Workflows.Steps;

/// <summary>What became of a report or patch of a step.</summary>
public enum StepOutcome
{
    /// <summary>It stands in the database.</summary>
    Recorded,

    RunNotFound,

    StepNotFound,

    /// <summary>The run is COMPLETED or CANCELLED and takes no new steps, or the engine executes it.</summary>
    RunNotActive,

    /// <summary>It speaks of an attempt older than the recorded one.</summary>
    StaleAttempt,

    /// <summary>It would open a finished step without a new attempt.</summary>
    StepAlreadyFinished,

    /// <summary>Another node of the run has the same hash; practically only reached on purpose.</summary>
    NodeIdCollides,
}

/// <summary>The step as it stands after the write; meaningful only with <see cref="StepOutcome.Recorded"/>.</summary>
public readonly record struct StepReceipt(
    StepOutcome Outcome,
    Guid StepId = default,
    StepStatus Status = default,
    long RetryCount = 0,
    DateTimeOffset? CompletedAt = null,
    long? DurationMs = null);
