namespace Solya.Workflows.Schedules;

/// <summary>What a workflow says of its schedule.</summary>
/// <param name="Value">What the type says; may be null only on manual schedules.</param>
/// <param name="TimeZone">An IANA name.</param>
public sealed record ScheduleRule(ScheduleType Type, string? Value, string TimeZone, CatchUp CatchUp, Overlap Overlap)
{
    public const string DefaultTimeZone = "UTC";
    public const CatchUp DefaultCatchUp = CatchUp.Last;
    public const Overlap DefaultOverlap = Overlap.Skip;

    /// <summary>Nothing is due by itself.</summary>
    public static readonly ScheduleRule Manual = new(ScheduleType.Manual, null, DefaultTimeZone, DefaultCatchUp, DefaultOverlap);

    /// <summary>What is wrong with the rule; null when nothing is.</summary>
    public ScheduleFault? Fault() => Schedule.TryParse(Type, Value, TimeZone, out _, out var fault) ? null : fault;

    /// <summary>The schedule, its intervals counted from <paramref name="anchor"/>; null when it cannot be read, or names a zone that this build does not know any more.</summary>
    public Schedule? From(DateTimeOffset anchor)
        => Schedule.TryParse(Type, Value, TimeZone, out var schedule, out _) ? schedule.WithAnchor(anchor) : null;
}
