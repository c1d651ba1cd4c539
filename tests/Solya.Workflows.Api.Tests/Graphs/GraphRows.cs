using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.Tests.Graphs;

/// <summary>Workflows of nodes and edges, written past the API, and their runs.</summary>
internal static class GraphRows
{
    private static readonly IdGenerator Ids = new(TimeProvider.System);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What a graph has beside what every workflow has.</summary>
    public const string Columns = "schedule_type, timezone, catch_up, overlap, schedule_anchor, waiting_ticks, webhook_token, webhook_token_hash";

    /// <summary>Values of <see cref="Columns"/>: no schedule, and a token of its own.</summary>
    public static string ValuesOf(Guid workflow)
        => $"'manual', 'UTC', 'last', 'skip', '2026-05-23T06:00:00Z', '{{}}', left('{workflow:N}' || repeat('0', 43), 43), sha256('{workflow:N}')";

    public static Guid NextWorkflow() => Ids.NextId();

    /// <summary>Stores a workflow with one version.</summary>
    public static async Task<Guid> AddGraphAsync(this TestDatabase database, string organization, string nodes, string edges = "[]", string status = "ACTIVE", Guid? id = null)
    {
        var workflow = id ?? NextWorkflow();
        await database.ExecuteAsync(
            $$"""
            INSERT INTO workflows (organization_id, id, face, name, status, latest_version, created_at, updated_at, {{Columns}})
            VALUES ('{{organization}}', '{{workflow}}', 'GRAPH', 'flow', '{{status}}', 1, '2026-05-23T06:00:00Z', '2026-05-23T06:00:00Z', {{ValuesOf(workflow)}});
            INSERT INTO workflow_versions (organization_id, workflow_id, number, format, document, created_at)
            VALUES ('{{organization}}', '{{workflow}}', 1, 'GRAPH', '{ "nodes": {{nodes}}, "edges": {{edges}} }', '2026-05-23T06:00:00Z');
            """);
        return workflow;
    }

    public static async Task<Guid> StartAsync(this WorkflowsApi api, string organization, Guid workflow, string context = "{}")
        => (await api.Services.GetRequiredService<RunCreationRepository>().CreateRunAsync(new(organization, workflow, new JsonText(context), null), CancellationToken.None)).RunId;

    /// <summary>Waits until the query gives what is wanted, or anything if nothing is.</summary>
    public static async Task<string> EventuallyAsync(this TestDatabase database, string query, string? wanted = null)
    {
        var asked = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var seen = await database.ScalarAsync<string>($"SELECT coalesce(({query})::text, '')");
            if (wanted is null ? seen.Length > 0 : seen == wanted)
            {
                return seen;
            }

            Assert.True(Stopwatch.GetElapsedTime(asked) < Patience, $"Still '{seen}', not '{wanted}': {query}");
            await ticks.WaitForNextTickAsync();
        }
    }

    public static Task<string> EndedAsync(this TestDatabase database, Guid run)
        => database.EventuallyAsync($"SELECT status || coalesce(' ' || error_code, '') FROM workflow_runs WHERE id = '{run}' AND completed_at IS NOT NULL");
}
