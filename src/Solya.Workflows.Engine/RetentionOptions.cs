namespace Solya.Workflows.Engine;

/// <summary>How long what has ended is kept. Section <c>Retention</c>.</summary>
/// <param name="Runs">Age, after its end, at which a run is deleted; null keeps runs for good.</param>
/// <param name="Deliveries">Age, after it was settled, at which a webhook delivery is deleted.</param>
public sealed record RetentionOptions(TimeSpan? Runs, TimeSpan Deliveries)
{
    /// <summary>Keyed answers speak of a run for a day, and deliveries are tried for one.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>As good as for good.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public static readonly RetentionOptions Default = new(null, TimeSpan.FromDays(30));
}
