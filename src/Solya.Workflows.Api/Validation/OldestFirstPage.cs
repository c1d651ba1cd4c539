namespace Solya.Workflows.Api.Validation;

/// <summary>Which part of a list that only grows at its end, oldest first.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">1 to 100 entries.</param>
public readonly record struct OldestFirstPage(int Number, int Size)
{
    internal long Offset => (Number - 1L) * Size;
}
