using System.Text.Json.Nodes;

namespace Solya.Workflows.Benchmarks;

/// <summary>A run with ten steps, read over and over, against a server that writes the same two queries as JSON.</summary>
internal static class GetRun
{
    private const int Connections = 64;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var floor = await bench.FloorAsync();
        var runs = await PatchStep.StepsAsync(bench, Connections);
        await bench.ExecuteAsync("ANALYZE");
        await ThrowUnlessSameFieldsAsync(bench, floor, runs[0].Run);
        var (ours, floors) = await Comparison.RunAsync(
            options,
            time => OursAsync(bench, runs, Connections, time),
            time => bench.LoadAsync(floor, Connections, time, Requests(runs, FloorPath)));
        return [Line.OfRates("get-run of 10 steps, 64 connections", ours, floors, atLeast: 0.7)];
    }

    public static Task<Load> OursAsync(
        Workbench bench, IReadOnlyList<(string, string[])> runs, int connections, TimeSpan time, long mostPerConnection = long.MaxValue)
        => bench.LoadAsync(bench.Service, connections, time, Requests(runs, OurPath), mostPerConnection);

    private static string OurPath(string run) => $"/api/data-platform/workflow-runs/{run}?organizationId={Workbench.Organization}";

    private static string FloorPath(string run) => $"/runs/{ReportedRuns.RunId(run)}?organizationId={Workbench.Organization}";

    private static Func<int, Func<long, ReadOnlyMemory<byte>>> Requests(IReadOnlyList<(string Run, string[] Steps)> runs, Func<string, string> pathOf)
        => connection =>
        {
            PreparedRequest[] requests = [.. runs.Skip(connection * 8).Take(8).Select(run => PreparedRequest.Of("GET", pathOf(run.Run)))];
            return n => requests[n % requests.Length].With(n);
        };

    // A field that only one of them writes would be work that only one of them does.
    private static async Task ThrowUnlessSameFieldsAsync(Workbench bench, ChildProcess floor, string run)
    {
        var ours = JsonNode.Parse(await bench.Client.GetStringAsync(OurPath(run)))!["data"]!.AsObject();
        var floors = JsonNode.Parse(await bench.Client.GetStringAsync(new Uri(floor.Address, FloorPath(run))))!.AsObject();
        ours.Remove("triggeredAt"); // createdAt once more
        if (!Names(ours).SequenceEqual(Names(floors)) || !Names(ours["steps"]![0]!).SequenceEqual(Names(floors["steps"]![0]!)))
        {
            throw new InvalidOperationException($"The floor reads other fields than the service:\n{ours}\n{floors}");
        }
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal);
}
