namespace Solya.Workflows.Benchmarks;

/// <summary>Starts of runs that come to rest at their first step, against a server that only inserts one row.</summary>
internal static class CreateRun
{
    private const int Connections = 64;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var workspace = await Workspace.CreateAsync(bench);
        var start = workspace.StartOf(await workspace.DefineAsync("resting", """[{"name":"a","type":"external_event","signalType":"go"}]""")).With(0);
        var graph = await Graphs.StoreAsync(bench, """{"name":"resting","nodes":[{"id":"a","type":"action","data":{"componentId":"external_event","signalType":"go"}}],"edges":[]}""");
        var sent = 0L;
        return
        [
            await CompareAsync("create-run, POST /v1/workflow-runs, 64 connections", options, bench, () => _ => _ => start),
            await CompareAsync("create-run, execute with an Idempotency-Key, 64 connections", options, bench, () => Graphs.ExecutionsOf(graph, sent += 1_000_000)),
        ];
    }

    private static async Task<Line> CompareAsync(
        string name, Options options, Workbench bench, Func<Func<int, Func<long, ReadOnlyMemory<byte>>>> requests)
    {
        var floor = await bench.FloorAsync();
        var (ours, floors) = await Comparison.RunAsync(
            options,
            async time =>
            {
                var load = await bench.LoadAsync(bench.Service, Connections, time, requests());
                await EngineRuns.RestAsync(bench); // what the engine has left to do must not burden the floor
                return load;
            },
            time => PostStep.FloorsAsync(bench, floor, Connections, time));
        return Line.OfRates(name, ours, floors, atLeast: 1.2);
    }
}
