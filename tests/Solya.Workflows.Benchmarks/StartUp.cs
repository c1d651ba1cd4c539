using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>From the start of the process to its first readiness, with the private PostgreSQL that the service brings.</summary>
internal static class StartUp
{
    private const double FreshSeconds = 6;
    private const double ExistingSeconds = 2;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        var (fresh, existing) = (new List<double>(), new List<double>());
        for (var round = 0; round < Math.Max(3, options.Rounds); round++)
        {
            var scratch = Workbench.MakeScratch();
            fresh.Add(await StartAsync(scratch));
            existing.Add(await StartAsync(scratch));
            Directory.Delete(scratch, recursive: true);
        }

        return [LineOf("start on a fresh data directory", fresh, FreshSeconds), LineOf("start on an existing data directory", existing, ExistingSeconds)];
    }

    private static async Task<double> StartAsync(string dataDirectory)
    {
        await using var service = ChildProcess.StartService(dataDirectory, new Dictionary<string, string> { ["SOLYA_DATA"] = dataDirectory, ["ConnectionStrings__Workflows"] = "" });
        return (await service.WaitUntilReadyAsync("/health/ready")).TotalSeconds;
    }

    private static Line LineOf(string name, List<double> seconds, double less)
        => new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{Median.Of(seconds):0.00} s"),
            Reach: string.Create(CultureInfo.InvariantCulture, $"< {less} s"),
            Reached: Median.Of(seconds) < less);
}
