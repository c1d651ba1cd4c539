using System.Diagnostics;
using System.Globalization;
using Solya.Workflows.Ids;
using Solya.Workflows.Times;

namespace Solya.Workflows.Benchmarks;

/// <summary>A hundred thousand runs whose waits all end at the same instant.</summary>
internal static class Timers
{
    private const int Runs = 100_000;
    private const int Connections = 64;
    private const double MostSeconds = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // The looks take time from what is looked at; the times come from the tables.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        await using var bench = await Workbench.StartAsync();
        var workspace = await Workspace.CreateAsync(bench);
        var due = (TimeProvider.System.GetUtcNow() + await TimeToStartAsync(bench, workspace)).ToMilliseconds();
        var text = due.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var definition = await workspace.DefineAsync("waits", $$"""[{"name":"a","type":"wait","untilTimestamp":"{{text}}"}]""");
        var start = workspace.StartOf(definition).With(0);
        var load = await LoadGenerator.RunAsync(bench.Service.Address, Connections, Patience, _ => _ => start, (Runs + Connections - 1) / Connections);
        Comparison.ThrowIfFailed(load);
        await bench.WaitForAsync(
            "SELECT NOT EXISTS (SELECT FROM run_queue WHERE lease_epoch IS NOT NULL OR due_at <= clock_timestamp())", Patience, "The runs did not come to wait.", BetweenLooks);
        if (TimeProvider.System.GetUtcNow() >= due)
        {
            throw new RequestFailedException("The machine was too slow: the first waits ended before the last run was started.");
        }

        Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{load.Count:N0} runs wait, for {(due - TimeProvider.System.GetUtcNow()).TotalSeconds:N0} s more"));
        await bench.WaitForAsync("SELECT NOT EXISTS (SELECT FROM run_queue)", Patience, "The waits did not end.", BetweenLooks);
        return [await LineAsync(bench, PublicId.Parse(PublicId.Definition, definition)!.Value, text, load.Count)];
    }

    /// <summary>How long starting all of them will take, with something to spare: measured on runs that end at once.</summary>
    private static async Task<TimeSpan> TimeToStartAsync(Workbench bench, Workspace workspace)
    {
        var definition = await workspace.DefineAsync("waits not", """[{"name":"a","type":"wait","durationMs":1}]""");
        var start = workspace.StartOf(definition).With(0);
        var began = Stopwatch.GetTimestamp();
        var load = await LoadGenerator.RunAsync(bench.Service.Address, Connections, Options.WarmUp, _ => _ => start);
        Comparison.ThrowIfFailed(load);
        await EngineRuns.DrainAsync(bench);
        var rate = load.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        return TimeSpan.FromSeconds((Runs / rate) + 10);
    }

    private static async Task<Line> LineAsync(Workbench bench, Guid definition, string due, int runs)
    {
        await using var command = bench.Source.CreateCommand(
            $"""
            SELECT count(*) FILTER (WHERE step.completed_at < '{due}'),
                   count(*) FILTER (WHERE ended.times <> 1),
                   count(*) FILTER (WHERE run.status = 'COMPLETED'),
                   extract(epoch FROM max(step.completed_at) - '{due}')::float8
              FROM workflow_runs run
              JOIN workflow_run_steps step ON step.organization_id = run.organization_id AND step.run_id = run.id
             CROSS JOIN LATERAL (
                SELECT count(*) AS times FROM workflow_run_events event
                 WHERE event.organization_id = run.organization_id AND event.run_id = run.id AND event.event_type = 'step.completed') ended
             WHERE run.workflow_id = '{definition}'
            """);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var (early, repeated, completed, seconds) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetDouble(3));
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{runs:N0} waits that end at the same instant, all ended"),
            string.Create(CultureInfo.InvariantCulture, $"{seconds:N1} s, {early} early, {repeated} not once, {runs - completed} not completed"),
            Reach: string.Create(CultureInfo.InvariantCulture, $"≤ {MostSeconds} s, none early, each once"),
            Reached: seconds <= MostSeconds && early == 0 && repeated == 0 && completed == runs);
    }
}
