using Npgsql;
using Solya.Workflows.Approvals;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Times;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>What runs wait for.</summary>
public sealed class RunStandingRepository(Database database)
{
    // A list may have a thousand open items; the first hundred tell what there is to tell.
    private const string StepsSql =
        $"{RunReader.StepsOfRunSql} AND (status IN ('PENDING', 'RUNNING') OR (status = 'FAILED' AND NOT error_handled)) ORDER BY started_at, created_at, id LIMIT 100";

    private const string QueueSql =
        "SELECT due_at, lease_epoch, worker_id, claims, has_news FROM run_queue WHERE organization_id = $1 AND run_id = $2";

    private const string TasksSql =
        """
        SELECT step_id, handler, attempt, max_attempts, due_at, lease_token, worker_id
          FROM worker_tasks
         WHERE organization_id = $1 AND run_id = $2
         ORDER BY due_at, step_id
         LIMIT 100
        """;

    private const string ApprovalsSql =
        """
        SELECT id, step_id, prompt, expires_at, created_at
          FROM approval_requests
         WHERE organization_id = $1 AND run_id = $2 AND status = 'PENDING'
         ORDER BY id
         LIMIT 100
        """;

    /// <summary>Reads in one round trip where a run stands; null when the organization has none of that id.</summary>
    public Task<RunStanding?> FindStandingAsync(string organizationId, Guid runId, CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    RunReader.Command(RunReader.RunSql, organizationId, runId),
                    RunReader.Command(StepsSql, organizationId, runId),
                    RunReader.Command(QueueSql, organizationId, runId),
                    RunReader.Command(TasksSql, organizationId, runId),
                    RunReader.Command(ApprovalsSql, organizationId, runId),
                    new NpgsqlBatchCommand("SELECT clock_timestamp()"),
                },
            };
            await using var rows = await batch.ExecuteReaderAsync(ct);
            if (!await rows.ReadAsync(ct))
            {
                return null;
            }

            var run = RunReader.RunOf(rows, organizationId, runId);
            await foreach (var row in NextAsync(rows, ct))
            {
                run.Steps.Add(RunReader.StepOf(row, organizationId, runId));
            }

            QueuedRun? queued = null;
            await foreach (var row in NextAsync(rows, ct))
            {
                queued = QueuedOf(row, organizationId, runId);
            }

            var tasks = new List<WorkerTask>();
            await foreach (var row in NextAsync(rows, ct))
            {
                tasks.Add(TaskOf(row, organizationId, runId));
            }

            var approvals = new List<ApprovalRequest>();
            await foreach (var row in NextAsync(rows, ct))
            {
                approvals.Add(ApprovalOf(row, organizationId, runId));
            }

            await rows.NextResultAsync(ct);
            await rows.ReadAsync(ct);
            return new RunStanding(run, queued, tasks, approvals, rows.GetFieldValue<DateTimeOffset>(0).ToMilliseconds());
        },
        ct);

    private static async IAsyncEnumerable<NpgsqlDataReader> NextAsync(
        NpgsqlDataReader rows, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            yield return rows;
        }
    }

    private static QueuedRun QueuedOf(NpgsqlDataReader row, string organizationId, Guid runId) => new()
    {
        OrganizationId = organizationId,
        RunId = runId,
        DueAt = row.GetFieldValue<DateTimeOffset>(0).ToMilliseconds(),
        LeaseEpoch = row.IsDBNull(1) ? null : row.GetInt64(1),
        WorkerId = row.IsDBNull(2) ? null : row.GetGuid(2),
        Claims = row.GetInt32(3),
        HasNews = row.GetBoolean(4),
    };

    private static WorkerTask TaskOf(NpgsqlDataReader row, string organizationId, Guid runId) => new()
    {
        OrganizationId = organizationId,
        RunId = runId,
        StepId = row.GetGuid(0),
        Handler = row.GetString(1),
        Config = "{}", // may be large, and explains nothing
        Attempt = row.GetInt32(2),
        MaxAttempts = row.GetInt32(3),
        DueAt = row.GetFieldValue<DateTimeOffset>(4).ToMilliseconds(),
        LeaseToken = row.IsDBNull(5) ? null : row.GetGuid(5),
        WorkerId = row.IsDBNull(6) ? null : row.GetString(6),
    };

    private static ApprovalRequest ApprovalOf(NpgsqlDataReader row, string organizationId, Guid runId) => new()
    {
        OrganizationId = organizationId,
        RunId = runId,
        Id = row.GetGuid(0),
        StepId = row.GetGuid(1),
        Prompt = row.IsDBNull(2) ? null : row.GetString(2),
        ExpiresAt = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(4),
    };
}
