namespace Solya.Workflows.Schedules;

/// <summary>An ordered series of instants.</summary>
internal interface ITicks
{
    /// <summary>The first one strictly after <paramref name="after"/>, in UTC; null when none comes.</summary>
    DateTimeOffset? Next(DateTimeOffset after);
}
