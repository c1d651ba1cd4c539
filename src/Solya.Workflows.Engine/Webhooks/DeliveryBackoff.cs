namespace Solya.Workflows.Engine.Webhooks;

/// <summary>When a webhook that failed is tried again: twelve attempts over about a day, then no more.</summary>
public static class DeliveryBackoff
{
    /// <summary>How often a message is tried in all.</summary>
    public const int MaxAttempts = 12;

    // Each delay varies by up to this part of itself, so that messages that failed together do not return together.
    private const double Jitter = 0.1;

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(4),
        TimeSpan.FromHours(6),
        TimeSpan.FromHours(10),
    ];

    /// <summary>The wait after attempt number <paramref name="attempt"/>, counted from 1, failed; null when it was the last.</summary>
    /// <param name="random">From 0 to below 1.</param>
    public static TimeSpan? After(int attempt, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        return attempt < MaxAttempts ? Delays[attempt - 1] * (1 - Jitter + (2 * Jitter * random)) : null;
    }
}
