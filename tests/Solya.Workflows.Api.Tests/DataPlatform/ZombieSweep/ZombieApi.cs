namespace Solya.Workflows.Api.Tests.DataPlatform.ZombieSweep;

/// <summary>A service whose runs may be silent for a minute, and for ten before they begin.</summary>
public sealed class ZombieApi : WorkflowsApi, IAsyncLifetime
{
    public static readonly TimeSpan After = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan PendingAfter = TimeSpan.FromMinutes(10);

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["ZombieSweep:After"] = After.ToString(),
        ["ZombieSweep:PendingAfter"] = PendingAfter.ToString(),
    };

    Task IAsyncLifetime.InitializeAsync() => StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
