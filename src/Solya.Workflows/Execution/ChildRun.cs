using Solya.Workflows.Runs;

namespace Solya.Workflows.Execution;

/// <summary>A run that a step waits for.</summary>
/// <param name="Output">What came of it, once it is COMPLETED.</param>
/// <param name="Error">Why it FAILED.</param>
public sealed record ChildRun(Guid RunId, RunStatus Status, JsonText? Output = null, StepError? Error = null);
