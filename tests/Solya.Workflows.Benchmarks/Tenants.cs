using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>How long the runs of one organization wait while another has a hundred thousand queued.</summary>
internal static class Tenants
{
    private const int Backlog = 100_000;
    private const int Runs = 10;
    private const int Connections = 64;
    private const double MostSeconds = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync(serviceSettings: new Dictionary<string, string> { ["Engine__Enabled"] = "false" });
        var (large, small) = (await Workspace.CreateAsync(bench, "large"), await Workspace.CreateAsync(bench, "small"));
        var start = large.StartOf(await large.DefineAsync("nothings", EngineRuns.ThreeNothings)).With(0);
        var definition = await small.DefineAsync("nothings", EngineRuns.ThreeNothings);
        Comparison.ThrowIfFailed(await LoadGenerator.RunAsync(bench.Service.Address, Connections, Patience, _ => _ => start, (Backlog + Connections - 1) / Connections));
        Report.Progress($"{await QueuedAsync(bench):N0} runs queued");

        await using var engine = await bench.StartServiceAsync();
        await bench.WaitForAsync("SELECT EXISTS (SELECT FROM workflow_runs WHERE organization_id = 'large' AND status = 'COMPLETED')", Patience, "The engine does not work.");
        for (var i = 0; i < Runs; i++)
        {
            await small.StartAsync(definition, engine);
            await bench.WaitForAsync(
                "SELECT NOT EXISTS (SELECT FROM workflow_runs WHERE organization_id = 'small' AND started_at IS NULL)", Patience, "The run did not start.");
        }

        var left = await QueuedAsync(bench);
        return left > 0 ? [await LineAsync(bench, left)] : throw new RequestFailedException("The backlog was gone too soon.");
    }

    private static async Task<Line> LineAsync(Workbench bench, long left)
    {
        var seconds = await bench.ReadAsync<double[]>(
            "SELECT array_agg(wait ORDER BY wait) FROM (SELECT extract(epoch FROM started_at - created_at)::float8 AS wait FROM workflow_runs WHERE organization_id = 'small') waits");
        var p95 = seconds[(int)Math.Ceiling(seconds.Length * 0.95) - 1];
        return new(
            string.Create(CultureInfo.InvariantCulture, $"create → started beside {Backlog:N0} queued runs of another organization (p50, p95; {left:N0} left)"),
            $"{Line.Milliseconds(Median.Of(seconds) * 1_000)}, {Line.Milliseconds(p95 * 1_000)}",
            Reach: $"p95 < {MostSeconds} s",
            Reached: p95 < MostSeconds);
    }

    private static Task<long> QueuedAsync(Workbench bench) => bench.ReadAsync<long>("SELECT count(*) FROM run_queue WHERE organization_id = 'large'");
}
