namespace Solya.Workflows.Lists;

/// <summary>Which part of a list, newest first. A cursor and an offset exclude each other.</summary>
/// <param name="Limit">1 to 100 entries.</param>
/// <param name="Before">Only entries older than this one; unlike an offset it does not slow down with depth.</param>
public readonly record struct PageRequest(int Limit, int Offset, Guid? Before);
