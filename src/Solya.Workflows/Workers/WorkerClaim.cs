namespace Solya.Workflows.Workers;

/// <summary>A worker's wish for steps to do.</summary>
/// <param name="Handlers">The handlers it has.</param>
/// <param name="Most">1 to 100 steps.</param>
/// <param name="Lease">How long it may be silent before the steps are offered to others.</param>
public sealed record WorkerClaim(string OrganizationId, IReadOnlyList<string> Handlers, string WorkerId, int Most, TimeSpan Lease);

/// <summary>A step that a worker has to do.</summary>
/// <param name="LeaseToken">The fence: without it, or with one that is over, nothing is taken.</param>
/// <param name="Config">What the step is given, expressions resolved: a JSON object.</param>
/// <param name="EffectId">The same for every attempt.</param>
public sealed record ClaimedStep(
    Guid StepId, Guid RunId, string NodeId, Guid LeaseToken, string Handler, string Config, int Attempt, string EffectId, DateTimeOffset LeaseUntil);
