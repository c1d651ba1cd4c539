namespace Solya.Workflows.Engine;

/// <summary>How this process executes runs. Section <c>Engine</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>Whether this process executes runs at all; default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>After how many seconds of silence another process takes over a run; default 30, at least 1.</summary>
    public double LeaseSeconds { get; set; } = 30;

    /// <summary>Runs this process may hold at the same time; default 1,000.</summary>
    public int MaxRuns { get; set; } = 1_000;

    /// <summary>Effects outside of the database that may run at the same time; default 256.</summary>
    public int MaxEffects { get; set; } = 256;

    /// <summary>How long an attempt at an effect may take when its step says nothing; default 60 s.</summary>
    public double EffectTimeoutSeconds { get; set; } = 60;

    /// <summary>How long a run may take when its workflow's trigger says nothing; by default as long as it likes.</summary>
    public double? RunTimeoutSeconds { get; set; }

    /// <summary>How long effects may go on when the process is told to stop; default 20 s.</summary>
    public double ShutdownSeconds { get; set; } = 20;

    /// <summary>How often a run may bring down the process that takes it before it fails; default 5.</summary>
    public int MaxClaims { get; set; } = 5;

    public TimeSpan? RunTimeout => RunTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
