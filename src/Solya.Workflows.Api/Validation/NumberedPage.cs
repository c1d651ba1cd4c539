using Solya.Workflows.Lists;

namespace Solya.Workflows.Api.Validation;

/// <summary>Which part of a list, newest first, by the number of the page or by what came before it.</summary>
/// <param name="Number">From 1; 1 when <paramref name="Before"/> is given.</param>
/// <param name="Size">1 to 100 entries.</param>
/// <param name="Before">Only entries older than this one; unlike a number it does not slow down with depth.</param>
public readonly record struct NumberedPage(int Number, int Size, Guid? Before)
{
    // No table has so many rows that the cut at the largest offset could show.
    internal PageRequest ToRequest() => new(Size, (int)Math.Min((Number - 1L) * Size, int.MaxValue), Before);
}
