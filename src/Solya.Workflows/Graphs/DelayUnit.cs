using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>What the duration of a delay counts.</summary>
public enum DelayUnit
{
    [Wire("seconds")]
    Seconds,

    [Wire("minutes")]
    Minutes,

    [Wire("hours")]
    Hours,

    [Wire("days")]
    Days,
}
