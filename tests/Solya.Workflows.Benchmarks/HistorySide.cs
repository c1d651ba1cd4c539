using Solya.Workflows.Ids;

namespace Solya.Workflows.Benchmarks;

/// <summary>One of two benches with different histories, and what is asked of both.</summary>
internal sealed class HistorySide
{
    private const int OldRunsAtMost = 6_400;

    private PreparedRequest[] _oldRuns = [];

    private HistorySide(Workbench bench) => Bench = bench;

    public Workbench Bench { get; }

    /// <summary>Twenty runs and the way to older ones.</summary>
    public ReadOnlyMemory<byte> FirstPage { get; private set; }

    /// <summary>The same far back, by a cursor; the first page where the history is too short.</summary>
    public ReadOnlyMemory<byte> DeepPage { get; private set; }

    /// <summary>Twenty runs by the number of the page, through the face of the data platform.</summary>
    public ReadOnlyMemory<byte> NumberedPage { get; private set; }

    /// <summary>Starts a run of three steps that change values.</summary>
    public ReadOnlyMemory<byte> Start { get; private set; }

    /// <summary>Open runs with steps, to patch and to read.</summary>
    public IReadOnlyList<(string Run, string[] Steps)> Runs { get; private set; } = [];

    public static async Task<HistorySide> PrepareAsync(Workbench bench, int deepPage)
    {
        var workspace = await Workspace.CreateAsync(bench, Workbench.Organization);
        var side = new HistorySide(bench)
        {
            FirstPage = workspace.Get("/v1/workflow-runs?pageSize=20").With(0),
            DeepPage = workspace.Get($"/v1/workflow-runs?pageSize=20{await CursorAsync(bench, (deepPage - 1) * 20)}").With(0),
            NumberedPage = PreparedRequest.Of("GET", $"/api/data-platform/workflow-runs?organizationId={Workbench.Organization}&limit=20&offset=0").With(0),
            Start = workspace.StartOf(await workspace.DefineAsync("values", EngineRuns.ThreeValues)).With(0),
            _oldRuns = await OldRunsAsync(bench),
        };
        side.Runs = await PatchStep.StepsAsync(bench, 64);
        return side;
    }

    public Task<Load> ListAsync(ReadOnlyMemory<byte> page, int connections, TimeSpan time)
        => Bench.LoadAsync(Bench.Service, connections, time, _ => _ => page);

    /// <summary>Reads runs from all over the history, on each connection others.</summary>
    public Task<Load> ReadOldRunsAsync(int connections, TimeSpan time)
        => Bench.LoadAsync(Bench.Service, connections, time, connection =>
        {
            var mine = _oldRuns.Where((_, i) => i % connections == connection).ToArray();
            return n => mine[n % mine.Length].With(n);
        });

    private static async Task<string> CursorAsync(Workbench bench, int runsBefore)
    {
        await using var command = bench.Source.CreateCommand("SELECT id FROM workflow_runs WHERE organization_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1");
        command.Parameters.AddWithValue(Workbench.Organization);
        command.Parameters.AddWithValue(runsBefore - 1);
        return await command.ExecuteScalarAsync() is Guid id ? $"&cursor={PublicId.Format(PublicId.Run, id)}" : "";
    }

    private static async Task<PreparedRequest[]> OldRunsAsync(Workbench bench)
    {
        await using var command = bench.Source.CreateCommand("SELECT id FROM workflow_runs WHERE status = 'COMPLETED' ORDER BY md5(id::text) LIMIT $1");
        command.Parameters.AddWithValue(OldRunsAtMost);
        await using var rows = await command.ExecuteReaderAsync();
        var runs = new List<PreparedRequest>();
        while (await rows.ReadAsync())
        {
            runs.Add(PreparedRequest.Of(
                "GET", $"/api/data-platform/workflow-runs/{PublicId.Format(PublicId.Run, rows.GetGuid(0))}?organizationId={Workbench.Organization}"));
        }

        return [.. runs];
    }
}
