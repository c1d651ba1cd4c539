namespace Solya.Workflows.Queue;

/// <summary>The right to move a run, held by one process until it lets go or is not heard of in time.</summary>
/// <param name="Epoch">Never given twice: what is written under an epoch that has passed changes nothing.</param>
public readonly record struct Lease(RunKey Run, long Epoch);

/// <summary>A run with its lease, as it stood when it was read.</summary>
/// <param name="Claims">How often it was claimed without anybody committing progress, this time included.</param>
public sealed record LeasedRun(Lease Lease, Execution.RunState State, int Claims);
