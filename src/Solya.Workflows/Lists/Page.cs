namespace Solya.Workflows.Lists;

/// <summary>A part of a list.</summary>
/// <param name="Counted">How many entries match in all, counted no further than one over <see cref="Page.MostCounted"/>.</param>
/// <param name="HasMore">Whether older entries follow.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Counted, bool HasMore)
{
    /// <summary>How many entries match in all; when <see cref="IsTotalCapped"/>, there are more.</summary>
    public long Total => Math.Min(Counted, Page.MostCounted);

    /// <summary>Whether more entries match than are counted.</summary>
    public bool IsTotalCapped => Counted > Page.MostCounted;
}

/// <summary>What holds for the parts of all lists.</summary>
public static class Page
{
    /// <summary>Counting each of a million entries would take longer than all else a list does.</summary>
    public const int MostCounted = 10_000;
}
