using Solya.Workflows.Wire;

namespace Solya.Workflows.Schedules;

/// <summary>What becomes of a tick at whose time the run of an earlier one has not ended.</summary>
public enum IfBusy
{
    [Wire("runs")]
    Runs,

    [Wire("skipped")]
    Skipped,

    [Wire("queued")]
    Queued,
}
