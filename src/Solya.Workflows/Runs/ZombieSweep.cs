namespace Solya.Workflows.Runs;

/// <summary>What one sweep is asked to do.</summary>
/// <param name="Rules">When silence means death.</param>
/// <param name="Limit">The most runs to declare dead at once.</param>
/// <param name="OrganizationId">Null sweeps every organization.</param>
/// <param name="DryRun">True only looks.</param>
public sealed record ZombieSweep(ZombieRules Rules, int Limit, string? OrganizationId, bool DryRun);

/// <summary>A run of which nothing was heard in time.</summary>
/// <param name="OpenSteps">How many of its steps were PENDING or RUNNING.</param>
public sealed record ZombieRun(Guid Id, string OrganizationId, DateTimeOffset LastHeartbeatAt, DateTimeOffset Deadline, int OpenSteps);
