using Solya.Workflows.Api.Tests.Graphs;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Api.Tests.DataPlatform;

/// <summary>A run that the engine executes, written past the API. The ids are the public ones.</summary>
internal sealed record EngineRun(string Id, string StepId, string WorkflowId);

internal static class EngineRows
{
    private static readonly IdGenerator Ids = new(TimeProvider.System);

    /// <summary>A workflow of the face with one version, and a run of it in the given status with one step that fits.</summary>
    public static async Task<EngineRun> AddEngineRunAsync(this TestDatabase database, string organization, string status = "RUNNING", string face = "V1")
    {
        var (workflow, run) = (Ids.NextId(), Ids.NextId());
        var step = StepIds.Of(run, "node-1");
        var hasEnded = status is "COMPLETED" or "FAILED" or "CANCELLED";
        var end = hasEnded ? "'2026-05-23T06:00:09Z'" : "NULL";
        await database.ExecuteAsync(
            $$"""
            INSERT INTO workflows (organization_id, id, face, name, version_label, status, latest_version, created_at, updated_at{{(face == "GRAPH" ? $", {GraphRows.Columns}" : "")}})
            VALUES ('{{organization}}', '{{workflow}}', '{{face}}', 'onboard', '1', 'ACTIVE', 1, '2026-05-23T06:00:00Z', '2026-05-23T06:00:00Z'{{(face == "GRAPH" ? $", {GraphRows.ValuesOf(workflow)}" : "")}});
            INSERT INTO workflow_versions (organization_id, workflow_id, number, format, document, created_at)
            VALUES ('{{organization}}', '{{workflow}}', 1, 'STEPS', '[]', '2026-05-23T06:00:00Z');
            INSERT INTO workflow_runs (organization_id, id, workflow_id, workflow_version, executor, status, last_heartbeat_at, event_sequence,
                                       created_at, started_at, completed_at, updated_at)
            VALUES ('{{organization}}', '{{run}}', '{{workflow}}', 1, 'ENGINE', '{{status}}', '2026-05-23T06:00:00Z', 0,
                    '2026-05-23T06:00:00Z', '2026-05-23T06:00:00Z', {{end}}, '2026-05-23T06:00:00Z');
            INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, completed_at,
                                            duration_ms, created_at, updated_at)
            VALUES ('{{organization}}', '{{run}}', '{{step}}', 'node-1', 'ACTION', '{{(hasEnded ? "SUCCEEDED" : "RUNNING")}}', 0,
                    '2026-05-23T06:00:05Z', {{end}}, {{(hasEnded ? "4000" : "NULL")}}, '2026-05-23T06:00:05Z', '2026-05-23T06:00:05Z');
            """);
        return new(PublicId.Format(PublicId.Run, run), PublicId.Format(PublicId.Step, step), PublicId.Format(PublicId.Definition, workflow));
    }

    /// <summary>Every row of the organization's runs, as text.</summary>
    public static Task<string> RowsAsync(this TestDatabase database, string organization) => database.ScalarAsync<string>(
        $"""
        SELECT concat_ws(E'\n',
            (SELECT string_agg(run::text, E'\n' ORDER BY id) FROM workflow_runs run WHERE organization_id = '{organization}'),
            (SELECT string_agg(step::text, E'\n' ORDER BY id) FROM workflow_run_steps step WHERE organization_id = '{organization}'),
            (SELECT string_agg(event::text, E'\n' ORDER BY sequence) FROM workflow_run_events event WHERE organization_id = '{organization}'))
        """);
}
