using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.DataPlatform.ZombieSweep;

/// <summary>When silence means death. Section <c>ZombieSweep</c>.</summary>
public sealed class ZombieSweepOptions
{
    /// <summary>For a RUNNING run that promised no heartbeats; default 15 minutes.</summary>
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>For a PENDING run; default 24 hours.</summary>
    public TimeSpan PendingAfter { get; set; } = TimeSpan.FromHours(24);

    public ZombieRules Rules() => new(After, PendingAfter);
}
