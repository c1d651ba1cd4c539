using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Locks the runs that a group of writes speaks of, in the order of their keys, so that groups which share runs wait for
/// each other instead of deadlocking. It stands before the writing statement in the same round trip: that statement's
/// snapshot is taken when the locks are held, so it sees everything earlier writers of those runs have committed.
/// </summary>
internal static class RunLockStatement
{
    private const string ByRun =
        """
        SELECT count(*) FROM (
            SELECT 1 FROM workflow_runs
             WHERE (organization_id, id) IN (SELECT * FROM unnest($1, $2))
             ORDER BY organization_id, id
               FOR NO KEY UPDATE) locked
        """;

    // LIMIT 1 keeps the planner to what is true: a step has one run, found by two index look-ups.
    private const string ByStep =
        """
        SELECT count(*) FROM (
            SELECT 1 FROM workflow_runs
             WHERE (organization_id, id) IN (
                SELECT patch.organization_id, step.run_id
                  FROM unnest($1, $2, $3, $4) AS patch(organization_id, step_id, lowest_run_id, highest_run_id)
                 CROSS JOIN LATERAL (
                    SELECT step.run_id
                      FROM workflow_runs run
                      JOIN workflow_run_steps step
                        ON step.organization_id = run.organization_id AND step.run_id = run.id AND step.id = patch.step_id
                     WHERE run.organization_id = patch.organization_id
                       AND run.id BETWEEN patch.lowest_run_id AND patch.highest_run_id
                     LIMIT 1) step)
             ORDER BY organization_id, id
               FOR NO KEY UPDATE) locked
        """;

    // One statement for both kinds: two would take their locks in two orders.
    private const string ByRunAndStep =
        """
        SELECT count(*) FROM (
            SELECT 1 FROM workflow_runs
             WHERE (organization_id, id) IN (
                SELECT * FROM unnest($5, $6)
                 UNION
                SELECT patch.organization_id, step.run_id
                  FROM unnest($1, $2, $3, $4) AS patch(organization_id, step_id, lowest_run_id, highest_run_id)
                 CROSS JOIN LATERAL (
                    SELECT step.run_id
                      FROM workflow_runs run
                      JOIN workflow_run_steps step
                        ON step.organization_id = run.organization_id AND step.run_id = run.id AND step.id = patch.step_id
                     WHERE run.organization_id = patch.organization_id
                       AND run.id BETWEEN patch.lowest_run_id AND patch.highest_run_id
                     LIMIT 1) step)
             ORDER BY organization_id, id
               FOR NO KEY UPDATE) locked
        """;

    public static NpgsqlBatchCommand For(string organizationId, Guid runId) => new(ByRun)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]> { TypedValue = [organizationId], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new NpgsqlParameter<Guid[]> { TypedValue = [runId], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        },
    };

    public static NpgsqlBatchCommand For(IReadOnlyList<StepReport> reports)
    {
        var command = new NpgsqlBatchCommand(ByRun);
        AddRuns(command, reports);
        return command;
    }

    public static NpgsqlBatchCommand For(IReadOnlyList<StepPatch> patches)
    {
        var command = new NpgsqlBatchCommand(ByStep);
        AddSteps(command, patches);
        return command;
    }

    public static NpgsqlBatchCommand For(IReadOnlyList<StepReport> reports, IReadOnlyList<StepPatch> patches)
    {
        var command = new NpgsqlBatchCommand(ByRunAndStep);
        AddSteps(command, patches);
        AddRuns(command, reports);
        return command;
    }

    private static void AddRuns(NpgsqlBatchCommand command, IReadOnlyList<StepReport> reports)
    {
        command.Parameters.AddColumn(NpgsqlDbType.Text, reports, report => report.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, reports, report => report.RunId);
    }

    private static void AddSteps(NpgsqlBatchCommand command, IReadOnlyList<StepPatch> patches)
    {
        command.Parameters.AddColumn(NpgsqlDbType.Text, patches, patch => patch.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, patches, patch => patch.StepId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, patches, patch => StepIds.RunRangeOf(patch.StepId).Lowest);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, patches, patch => StepIds.RunRangeOf(patch.StepId).Highest);
    }
}
