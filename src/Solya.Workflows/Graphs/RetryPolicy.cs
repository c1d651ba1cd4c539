namespace Solya.Workflows.Graphs;

/// <summary>How often a step is tried, and how long it rests between two attempts.</summary>
/// <param name="MaxAttempts">1 to 20; an attempt that a crash cut off counts as one.</param>
/// <param name="BackoffMs">The longest rest after the first attempt; at least 100.</param>
/// <param name="Multiplier">By how much the rest grows with each attempt; 1 to 10.</param>
/// <param name="MaxBackoffMs">What the rest never exceeds.</param>
/// <param name="Jitter">Whether the rest is drawn between nothing and its length, so that failures do not come back together.</param>
public sealed record RetryPolicy(int MaxAttempts = 3, long BackoffMs = 1_000, double Multiplier = 2, long MaxBackoffMs = 300_000, bool Jitter = true)
{
    public static readonly RetryPolicy Default = new();

    /// <summary>A person is asked once.</summary>
    public static readonly RetryPolicy Once = new(MaxAttempts: 1);

    /// <param name="attempt">The attempt that has just failed, from 1.</param>
    /// <param name="draw">A random number from 0 up to 1.</param>
    public TimeSpan RestAfter(int attempt, double draw)
    {
        var longest = Math.Min(MaxBackoffMs, BackoffMs * Math.Pow(Multiplier, attempt - 1));
        return TimeSpan.FromMilliseconds(Jitter ? longest * draw : longest);
    }
}
