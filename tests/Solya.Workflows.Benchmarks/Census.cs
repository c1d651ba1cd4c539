using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// How many statements, and how many transactions that wrote, each operation costs PostgreSQL, by its own books. On a server
/// of its own: keeping those books costs something.
/// </summary>
internal static class Census
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Plenty = TimeSpan.FromMinutes(1);

    // Each load reports nodes of its own, on runs that are there already: making runs must not be counted.
    private static long _node;

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Books.StartBenchAsync(new Dictionary<string, string> { ["autovacuum"] = "off" }); // it writes transactions of its own
        await using var books = await Books.OpenAsync(bench);
        var lines = new List<Line>();
        var steps = await PatchStep.StepsAsync(bench, 1);
        var runs = await ReportedRuns.StartAsync(bench, 112);
        var heartbeats = runs.Select(run => PreparedRequest.Of(
            "POST", $"/api/data-platform/workflow-runs/{run}/heartbeat", $$"""{"organizationId":"{{Workbench.Organization}}"}""").With(0)).ToArray();

        async Task CountAsync(string name, int requests, Func<long, Task<Load>> operation)
        {
            Comparison.ThrowIfFailed(await operation(requests)); // opens connections and prepares
            var before = await books.ReadAsync();
            Comparison.ThrowIfFailed(await operation(requests));
            lines.Add(LineOf(name, before, await books.ReadAsync(), requests));
        }

        await CountAsync("post-step alone", 200, n => OnRunsAsync(bench, runs, 1, n));
        await CountAsync("post-step at 64 connections", 64 * 100, n => OnRunsAsync(bench, runs, 64, n / 64));
        await CountAsync("patch-step alone", 200, n => PatchStep.OursAsync(bench, steps, 1, Plenty, n));
        await CountAsync("get-run", 200, n => GetRun.OursAsync(bench, steps, 1, Plenty, n));
        await CountAsync("heartbeat", 200, n => bench.LoadAsync(bench.Service, 1, Plenty, _ => i => heartbeats[i % heartbeats.Length], n));
        await CountAsync("batch of 100 reports", 20, n => OnBatchesAsync(bench, runs, n));
        await CountAsync("task-create of 1,000", 20, n => bench.LoadAsync(bench.Service, 1, Plenty, _ => i => Tasks(i), n));

        var workspace = await Workspace.CreateAsync(bench);
        foreach (var (name, definition) in new[] { ("state.set steps", EngineRuns.ThreeValues), ("no-op effects", EngineRuns.ThreeNothings) })
        {
            var request = workspace.StartOf(await workspace.DefineAsync(name, definition)).With(0);
            await CountAsync($"run of 3 {name} alone", 100, n => ToTheirEndsAsync(bench, request, 1, n));
            await CountAsync($"run of 3 {name}, 64 connections", 64 * 50, n => ToTheirEndsAsync(bench, request, 64, n / 64));
        }

        var quiet = await books.ReadAsync();
        await Task.Delay(Idle);
        lines.Add(LineOf("idle, by the second", quiet, await books.ReadAsync(), (int)Idle.TotalSeconds));
        return lines;
    }

    private static Task<Load> OnRunsAsync(Workbench bench, string[] runs, int connections, long each)
    {
        var first = _node += 1_000_000;
        return bench.LoadAsync(
            bench.Service,
            connections,
            Plenty,
            connection =>
            {
                var request = PreparedRequest.Of("POST", $"/api/data-platform/workflow-runs/{runs[connection]}/steps", ReportedRuns.StepBody);
                return n => request.With(first + n);
            },
            each);
    }

    private static async Task<Load> ToTheirEndsAsync(Workbench bench, ReadOnlyMemory<byte> request, int connections, long each)
    {
        var load = await bench.LoadAsync(bench.Service, connections, Plenty, _ => _ => request, each);
        await EngineRuns.DrainAsync(bench);
        return load;
    }

    private static Task<Load> OnBatchesAsync(Workbench bench, string[] runs, long most)
    {
        var first = _node += 1_000_000;
        return bench.LoadAsync(bench.Service, 1, Plenty, _ => n => OneConnection.Batch(runs, first + n), most);
    }

    private static ReadOnlyMemory<byte> Tasks(long n)
        => PreparedRequest.Of("POST", "/api/data-platform/workflow-actions/task-create", TaskCreate.Body((int)n, 1_000)).With(0);

    private static Line LineOf(string name, (double Statements, double Writes) before, (double Statements, double Writes) after, int count)
    {
        var statements = (after.Statements - before.Statements) / count;
        var writes = (after.Writes - before.Writes) / count;
        return new($"census: {name}", string.Create(
            CultureInfo.InvariantCulture, $"{(double.IsNaN(statements) ? "?" : $"{statements:0.##}")} statements, {writes:0.###} writing commits"));
    }
}
