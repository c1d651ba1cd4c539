namespace Solya.Workflows.Lists;

/// <summary>A part of a list.</summary>
/// <param name="Total">How many entries match in all.</param>
/// <param name="HasMore">Whether older entries follow.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, bool HasMore);
