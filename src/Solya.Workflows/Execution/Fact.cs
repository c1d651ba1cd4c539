namespace Solya.Workflows.Execution;

/// <summary>Something that happened to a run while the engine held it.</summary>
public abstract record Fact(StepKey Step, int Attempt);

/// <summary>An attempt at an effect ended well.</summary>
public sealed record EffectSucceeded(StepKey Step, int Attempt, JsonText Output) : Fact(Step, Attempt);

/// <summary>The run that the step is to wait for has been started.</summary>
public sealed record ChildStarted(StepKey Step, int Attempt, ChildRun Child) : Fact(Step, Attempt);

/// <summary>An attempt at an effect ended badly.</summary>
/// <param name="IsRetryable">Whether another attempt may end otherwise.</param>
/// <param name="RetryAfter">The shortest rest before it; null leaves that to the step's policy.</param>
public sealed record EffectFailed(StepKey Step, int Attempt, StepError Error, bool IsRetryable, TimeSpan? RetryAfter = null) : Fact(Step, Attempt);
