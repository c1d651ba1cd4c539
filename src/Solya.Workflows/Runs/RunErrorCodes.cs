namespace Solya.Workflows.Runs;

/// <summary>The error codes that the service itself writes into runs and steps; executors bring their own.</summary>
public static class RunErrorCodes
{
    /// <summary>Nothing was heard of the run before its deadline.</summary>
    public const string ZombieRun = "ZOMBIE_RUN";
}
