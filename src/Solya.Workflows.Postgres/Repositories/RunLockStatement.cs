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
    private const string OneRun = "SELECT 1 FROM workflow_runs WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE";

    // A step has one run, found by two probes of primary keys; OFFSET 0 keeps the planner to that.
    private const string StepsOfPatches =
        """
        SELECT patch.organization_id, step.run_id, patch.step_id
          FROM unnest($1, $2, $3, $4) AS patch(organization_id, step_id, lowest_run_id, highest_run_id)
         CROSS JOIN LATERAL (
            SELECT id FROM workflow_runs
             WHERE organization_id = patch.organization_id AND id BETWEEN patch.lowest_run_id AND patch.highest_run_id
            OFFSET 0) run
         CROSS JOIN LATERAL (
            SELECT run_id FROM workflow_run_steps
             WHERE organization_id = patch.organization_id AND run_id = run.id AND id = patch.step_id
            OFFSET 0) step
        """;

    // A join by key would leave it to the planner which side to start from.
    private const string LockRuns =
        """
        SELECT count(*)
          FROM (SELECT * FROM wanted ORDER BY organization_id, run_id) wanted
         CROSS JOIN LATERAL (
            SELECT FROM workflow_runs WHERE organization_id = wanted.organization_id AND id = wanted.run_id
               FOR NO KEY UPDATE) run
        """;

    private const string ByRun =
        $"""
        WITH wanted AS MATERIALIZED (SELECT * FROM unnest($1, $2) AS report(organization_id, run_id))
        {LockRuns}
        """;

    private const string ByStep =
        $"""
        WITH wanted AS MATERIALIZED ({StepsOfPatches})
        {LockRuns}
        """;

    // A worker's heartbeat and another worker's claim move the row of the task, and lock no run.
    private const string ByStepWithTask =
        $"""
        {ByStep}
         CROSS JOIN LATERAL (
            SELECT FROM worker_tasks
             WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id AND step_id = wanted.step_id
               FOR UPDATE) task
        """;

    // One statement for both kinds: two would take their locks in two orders.
    private const string ByRunAndStep =
        $"""
        WITH wanted AS MATERIALIZED (
            SELECT organization_id, run_id, NULL::uuid AS step_id FROM unnest($5, $6) AS report(organization_id, run_id)
             UNION ALL
            {StepsOfPatches}
        )
        {LockRuns}
        """;

    public static NpgsqlBatchCommand For(string organizationId, Guid runId) => new(OneRun)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = organizationId },
            new NpgsqlParameter<Guid> { TypedValue = runId },
        },
    };

    public static NpgsqlBatchCommand For(IReadOnlyList<StepReport> reports)
    {
        if (reports.Count == 1)
        {
            return For(reports[0].OrganizationId, reports[0].RunId);
        }

        var command = new NpgsqlBatchCommand(ByRun);
        AddRuns(command, reports);
        return command;
    }

    public static NpgsqlBatchCommand For(IReadOnlyList<StepPatch> patches)
    {
        var command = new NpgsqlBatchCommand(ByStep);
        AddSteps(command, patches, patch => (patch.OrganizationId, patch.StepId));
        return command;
    }

    /// <summary>Locks the tasks of the steps as well.</summary>
    public static NpgsqlBatchCommand For(IReadOnlyList<WorkerCompletion> completions)
    {
        var command = new NpgsqlBatchCommand(ByStepWithTask);
        AddSteps(command, completions, completion => (completion.OrganizationId, completion.StepId));
        return command;
    }

    public static NpgsqlBatchCommand For(IReadOnlyList<StepReport> reports, IReadOnlyList<StepPatch> patches)
    {
        var command = new NpgsqlBatchCommand(ByRunAndStep);
        AddSteps(command, patches, patch => (patch.OrganizationId, patch.StepId));
        AddRuns(command, reports);
        return command;
    }

    private static void AddRuns(NpgsqlBatchCommand command, IReadOnlyList<StepReport> reports)
    {
        command.Parameters.AddColumn(NpgsqlDbType.Text, reports, report => report.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, reports, report => report.RunId);
    }

    private static void AddSteps<TRow>(NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, (string OrganizationId, Guid StepId)> stepOf)
    {
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => stepOf(row).OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => stepOf(row).StepId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => StepIds.RunRangeOf(stepOf(row).StepId).Lowest);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => StepIds.RunRangeOf(stepOf(row).StepId).Highest);
    }
}
