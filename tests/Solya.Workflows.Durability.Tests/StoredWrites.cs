using Npgsql;

namespace Solya.Workflows.Durability.Tests;

/// <summary>Compares what the service answered with what stands in the database.</summary>
internal static class StoredWrites
{
    // How each kind's effects are found: the organization, the name, and how many rows there are under it.
    private static readonly Dictionary<WriteKind, (string Sql, long Rows)> Effects = new()
    {
        [WriteKind.Run] = ("SELECT organization_id, substr(external_run_id, 5), count(*) FROM workflow_runs WHERE external_run_id LIKE 'run %' GROUP BY 1, 2", 1),
        [WriteKind.KeyedRun] = ("SELECT organization_id, trigger_context->>'keyed', count(*) FROM workflow_runs WHERE trigger_context->>'keyed' IS NOT NULL GROUP BY 1, 2", 1),
        [WriteKind.Step] = ("SELECT organization_id, node_id, count(*) FROM workflow_run_steps WHERE node_id NOT LIKE 'batch %' GROUP BY 1, 2", 1),
        [WriteKind.StepPatch] = ("SELECT organization_id, output->>'of', count(*) FROM workflow_run_steps WHERE status = 'SUCCEEDED' GROUP BY 1, 2", 1),
        [WriteKind.Batch] = ("SELECT organization_id, split_part(substr(node_id, 7), '/', 1), count(*) FROM workflow_run_steps WHERE node_id LIKE 'batch %' GROUP BY 1, 2", Writer.StepsPerBatch),
        [WriteKind.Tasks] = ("SELECT organization_id, workflow_run_id, count(*) FROM tasks GROUP BY 1, 2", Writer.RowsPerCall),
        [WriteKind.PlanItems] = ("SELECT organization_id, variant_id, count(*) FROM plan_items GROUP BY 1, 2", Writer.RowsPerCall),
        [WriteKind.ActionVectors] = ("SELECT organization_id, substr(variant_id, 8), count(*) FROM action_vectors GROUP BY 1, 2", Writer.RowsPerCall),
    };

    // What must hold of every run, step and key whatever was killed when; each counts the rows that break it.
    private static readonly (string Rule, string Sql)[] Rules =
    [
        ("a run's events count from 1 to its event_sequence without a gap", """
            SELECT count(*) FROM workflow_runs run
              CROSS JOIN LATERAL (SELECT count(*) AS events, min(sequence) AS first, max(sequence) AS last
                                    FROM workflow_run_events event
                                   WHERE event.organization_id = run.organization_id AND event.run_id = run.id) history
             WHERE history.events <> run.event_sequence OR history.first <> 1 OR history.last <> run.event_sequence
            """),
        ("a step has exactly one event of its report", """
            SELECT count(*) FROM workflow_run_steps step
             WHERE 1 <> (SELECT count(*) FROM workflow_run_events event
                          WHERE event.organization_id = step.organization_id AND event.run_id = step.run_id
                            AND event.step_id = step.id AND event.event_type = 'step.reported')
            """),
        ("a step has an event of its patch if and only if it was patched", """
            SELECT count(*) FROM workflow_run_steps step
             WHERE (step.status = 'SUCCEEDED')::int <> (SELECT count(*) FROM workflow_run_events event
                          WHERE event.organization_id = step.organization_id AND event.run_id = step.run_id
                            AND event.step_id = step.id AND event.event_type = 'step.patched')
            """),
        ("an event of a step has its step", """
            SELECT count(*) FROM workflow_run_events event
             WHERE event.step_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM workflow_run_steps step
                                WHERE step.organization_id = event.organization_id AND step.run_id = event.run_id AND step.id = event.step_id)
            """),
        ("a run with steps is RUNNING", """
            SELECT count(*) FROM workflow_runs run
             WHERE (run.status = 'RUNNING') <> EXISTS (SELECT FROM workflow_run_steps step
                                                        WHERE step.organization_id = run.organization_id AND step.run_id = run.id)
            """),
        ("there is a key for every keyed run, and the other way round", """
            SELECT abs((SELECT count(*) FROM workflow_runs WHERE trigger_context->>'keyed' IS NOT NULL) - (SELECT count(*) FROM idempotency_keys))
            """),
    ];

    /// <summary>
    /// Every acknowledged write is there and whole, no refused one is, one with an unknown outcome is there whole or not
    /// at all, and the tables agree with each other.
    /// </summary>
    public static async Task AgreeAsync(string connectionString, IReadOnlyCollection<Write> writes)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        foreach (var (kind, (sql, whole)) in Effects)
        {
            var stored = await ReadAsync(source, sql);
            var sent = writes.Where(write => write.Kind == kind).ToDictionary(write => (write.Organization, write.Name));
            Assert.All(sent.Values.Where(write => write.IsAcknowledged), write => Assert.True(
                stored.GetValueOrDefault((write.Organization, write.Name)) == whole, $"acknowledged, but not there whole: {write}"));
            Assert.All(sent.Values.Where(write => write.IsRefused), write => Assert.False(
                stored.ContainsKey((write.Organization, write.Name)), $"nothing was to have happened, but it has: {write}"));
            Assert.All(stored, effect => Assert.True(effect.Value == whole, $"{effect.Value} of {whole} rows: {kind} {effect.Key}"));
            Assert.All(stored.Keys, effect => Assert.True(sent.ContainsKey(effect), $"nobody wrote {kind} {effect}"));
        }

        foreach (var (rule, sql) in Rules)
        {
            await using var command = source.CreateCommand(sql);
            var broken = (long)(await command.ExecuteScalarAsync())!;
            Assert.True(broken == 0, $"{broken} times broken: {rule}");
        }
    }

    private static async Task<Dictionary<(string, string), long>> ReadAsync(NpgsqlDataSource source, string sql)
    {
        var stored = new Dictionary<(string, string), long>();
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            stored.Add((rows.GetString(0), rows.GetString(1)), rows.GetInt64(2));
        }

        return stored;
    }
}
