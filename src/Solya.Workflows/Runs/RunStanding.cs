using Solya.Workflows.Approvals;
using Solya.Workflows.Queue;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Runs;

/// <summary>Everything that tells what a run waits for, as it stood at one time.</summary>
/// <param name="Run">With its open steps, and those that failed it.</param>
/// <param name="Queued">Its place in the engine's queue; null when the engine has nothing to do for it.</param>
/// <param name="Tasks">Its steps that are workers'.</param>
/// <param name="Approvals">Its open questions to people.</param>
/// <param name="Now">The database's clock, which is that of leases and deadlines.</param>
public sealed record RunStanding(
    Run Run, QueuedRun? Queued, IReadOnlyList<WorkerTask> Tasks, IReadOnlyList<ApprovalRequest> Approvals, DateTimeOffset Now);
