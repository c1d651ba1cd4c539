using System.Diagnostics;

namespace Solya.Workflows.Durability.Tests;

/// <summary>Waits on a condition with a deadline, instead of sleeping for long enough.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan within, string what)
    {
        var asked = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(Interval);
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < within, $"Not within {within.TotalSeconds} s: {what}");
            await ticks.WaitForNextTickAsync();
        }
    }

    public static Task TrueAsync(Func<bool> condition, TimeSpan within, string what) =>
        TrueAsync(() => Task.FromResult(condition()), within, what);

    /// <summary>Checks again and again, for the whole time, that the condition holds.</summary>
    public static async Task StaysTrueAsync(Func<bool> condition, TimeSpan during, string what)
    {
        var asked = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(Interval);
        while (Stopwatch.GetElapsedTime(asked) < during)
        {
            Assert.True(condition(), $"Not for {during.TotalSeconds} s: {what}");
            await ticks.WaitForNextTickAsync();
        }
    }
}
