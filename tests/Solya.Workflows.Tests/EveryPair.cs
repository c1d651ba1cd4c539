namespace Solya.Workflows.Tests;

/// <summary>All pairs of two enums, so that a table in a test cannot leave one out.</summary>
public sealed class EveryPair<TFirst, TSecond> : TheoryData<TFirst, TSecond>
    where TFirst : struct, Enum
    where TSecond : struct, Enum
{
    public EveryPair()
    {
        foreach (var first in Enum.GetValues<TFirst>())
        {
            foreach (var second in Enum.GetValues<TSecond>())
            {
                Add(first, second);
            }
        }
    }
}
