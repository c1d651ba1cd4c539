using Solya.Workflows.Runs;
using static Solya.Workflows.Runs.RunStatus;

namespace Solya.Workflows.Tests.Runs;

/// <summary>The ways between two statuses that a run of the engine may go, as its API documents them.</summary>
internal static class EngineWays
{
    public static IReadOnlySet<(RunStatus From, RunStatus To)> All { get; } = new HashSet<(RunStatus, RunStatus)>
    {
        (Pending, Running), (Pending, Cancelled),
        (Running, Waiting), (Running, Paused), (Running, Completed), (Running, Failed), (Running, Cancelled),
        (Waiting, Running), (Waiting, Cancelled), (Waiting, Failed),
        (Paused, Running), (Paused, Cancelled),
        (Failed, Running),
    };
}
