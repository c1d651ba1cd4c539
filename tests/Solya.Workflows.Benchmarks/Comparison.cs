namespace Solya.Workflows.Benchmarks;

/// <summary>Measures two servers in turns, so that what the machine does meanwhile meets both.</summary>
internal static class Comparison
{
    /// <param name="ours">Puts the service under load for the time given.</param>
    /// <param name="floors">The same for the floor.</param>
    public static async Task<(Load Ours, Load Floors)> RunAsync(
        Options options, Func<TimeSpan, Task<Load>> ours, Func<TimeSpan, Task<Load>> floors)
    {
        ThrowIfFailed(await ours(Options.WarmUp));
        ThrowIfFailed(await floors(Options.WarmUp));
        var (oursBy, floorsBy) = (new List<Load>(), new List<Load>());
        for (var round = 0; round < options.Rounds; round++)
        {
            oursBy.Add(await ours(options.Round));
            floorsBy.Add(await floors(options.Round));
            ThrowIfFailed(oursBy[^1]);
            ThrowIfFailed(floorsBy[^1]);
            Report.Progress($"round {round + 1}: {oursBy[^1].Rate:N0}/s to {floorsBy[^1].Rate:N0}/s, {oursBy[^1].Processor} to {floorsBy[^1].Processor} µs of processor time each");
        }

        return (Load.MedianOf(oursBy), Load.MedianOf(floorsBy));
    }

    public static void ThrowIfFailed(Load load)
    {
        if (load.Failures.Count > 0)
        {
            throw new RequestFailedException($"{load.Failures.Count} answers were no successes, the first: {load.Failures[0]}");
        }
    }
}
