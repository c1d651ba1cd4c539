using System.Text.Json;
using Npgsql;
using Solya.Workflows.Definitions;
using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>Runs that steps of other runs start.</summary>
internal static class ChildRuns
{
    private const string LookSql =
        """
        SELECT parent.depth, workflow.status, workflow.latest_version, date_trunc('milliseconds', clock_timestamp())
          FROM (SELECT 1) AS always
          LEFT JOIN workflow_runs parent ON parent.organization_id = $1 AND parent.id = $2
          LEFT JOIN workflows workflow ON workflow.organization_id = $1 AND workflow.id = $3 AND workflow.face = 'GRAPH'
        """;

    // The run, its first event, its place in the queue.
    private const string StartSql =
        $"""
        WITH created AS (
            INSERT INTO workflow_runs (organization_id, id, workflow_id, workflow_version, executor, status, trigger_context, parent_run_id, parent_step_id,
                                       depth, last_heartbeat_at, event_sequence, created_at, updated_at)
            VALUES ($1, $2, $3, $4, 'ENGINE', 'PENDING', $5::json, $6, $7, $8, $9, 1, $9, $9)
        ), history AS (
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, created_at)
            VALUES ($1, $2, 1, '{RunEventTypes.RunCreated}', 'PENDING', $9)
        )
        INSERT INTO run_queue (organization_id, run_id, due_at) VALUES ($1, $2, clock_timestamp())
        """;

    /// <summary>Starts a run of the step's workflow in the connection's open transaction: it commits with the step, or not at all.</summary>
    public static async Task<Fact> StartAsync(NpgsqlConnection connection, IdGenerator ids, RunState run, StepState step, SubWorkflowNode node, CancellationToken ct)
    {
        Fact Failed(string code, string message) => new EffectFailed(step.Key, step.Attempt, new(code, message), IsRetryable: false);

        var context = step.Config!.Element.TryGetProperty("context", out var given) ? given : JsonElement.Parse("{}");
        if (context.ValueKind != JsonValueKind.Object)
        {
            return Failed(StepError.InvalidConfig, "'context' must be an object.");
        }

        var workflowId = PublicId.Parse(PublicId.Flow, node.WorkflowId);
        var (depth, status, version, now) = await LookAsync(connection, run, workflowId ?? Guid.Empty, ct);
        if (workflowId is null || version is null || status is null or WorkflowStatus.Archived)
        {
            return Failed(StepError.WorkflowNotFound, $"There is no workflow '{node.WorkflowId}'.");
        }

        if (status != WorkflowStatus.Active)
        {
            return Failed(StepError.WorkflowNotActive, $"Workflow '{node.WorkflowId}' is not active.");
        }

        // A node that is tried has no run: what it starts is nobody's child.
        var hasParent = depth is not null;
        if (depth >= Run.MaxDepth)
        {
            return Failed(StepError.TooDeep, $"Runs may start each other at most {Run.MaxDepth} deep.");
        }

        var child = ids.NextId();
        await using var command = new NpgsqlCommand(StartSql, connection)
        {
            Parameters =
            {
                LockedRun.Text(run.OrganizationId),
                new NpgsqlParameter<Guid> { TypedValue = child },
                new NpgsqlParameter<Guid> { TypedValue = workflowId.Value },
                new NpgsqlParameter<int> { TypedValue = version.Value },
                LockedRun.Text(context.GetRawText()),
                new NpgsqlParameter { Value = hasParent ? run.RunId : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
                new NpgsqlParameter { Value = hasParent && node.Waits ? step.Id : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
                new NpgsqlParameter<int> { TypedValue = depth + 1 ?? 0 },
                LockedRun.Instant(now),
            },
        };
        await command.ExecuteNonQueryAsync(ct);
        return node.Waits
            ? new ChildStarted(step.Key, step.Attempt, new(child, RunStatus.Pending))
            : new EffectSucceeded(step.Key, step.Attempt, new(Json.Write(writer =>
            {
                writer.WriteString("run_id", PublicId.Format(PublicId.FlowRun, child));
                writer.WriteString("status", "pending");
            })));
    }

    private static async Task<(int? Depth, WorkflowStatus? Status, int? Version, DateTimeOffset Now)> LookAsync(
        NpgsqlConnection connection, RunState run, Guid workflowId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LookSql, connection)
        {
            Parameters =
            {
                LockedRun.Text(run.OrganizationId),
                new NpgsqlParameter<Guid> { TypedValue = run.RunId },
                new NpgsqlParameter<Guid> { TypedValue = workflowId },
            },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (
            row.IsDBNull(0) ? null : row.GetInt32(0),
            row.IsDBNull(1) ? null : WireText<WorkflowStatus>.Parse(row.GetString(1)),
            row.IsDBNull(2) ? null : row.GetInt32(2),
            row.GetFieldValue<DateTimeOffset>(3));
    }
}
