using Npgsql;
using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Steps that external workers do: claimed under a lease, kept alive, completed or failed under its token.</summary>
public sealed class WorkerRepository(Database database, RunControlRepository control, GraphStore graphs, IEngineHints? hints = null) : IWorkerLeases, IAsyncDisposable
{
    private readonly GroupCommit<WorkerCompletion, Guid?, (string, Guid)> _completions
        = new(database, CompleteAsync, completion => (completion.OrganizationId, completion.StepId));

    // A leased step is due again when its lease ends. SKIP LOCKED: two workers that claim at once get different steps. Each
    // handler by itself, and up to an instant that is fixed: only so the index ends the search, and not the last due step. The
    // rows are there and locked, so that each insertion becomes an update, whatever the planner thinks of the table's size.
    private const string ClaimSql =
        """
        WITH clock AS MATERIALIZED (
            SELECT clock_timestamp() AS now
        ), picked AS MATERIALIZED (
            SELECT task.*
              FROM unnest($2) AS wanted(handler)
             CROSS JOIN LATERAL (
                SELECT * FROM worker_tasks
                 WHERE organization_id = $1 AND handler = wanted.handler AND due_at <= (SELECT now FROM clock) AND attempt < max_attempts
                 ORDER BY due_at
                 LIMIT $3
                   FOR UPDATE SKIP LOCKED) task
             ORDER BY task.due_at
             LIMIT $3
        ), leased AS (
            INSERT INTO worker_tasks AS task (organization_id, run_id, step_id, handler, config, attempt, max_attempts, due_at)
            SELECT organization_id, run_id, step_id, handler, config, attempt, max_attempts, due_at FROM picked
            ON CONFLICT (organization_id, run_id, step_id) DO UPDATE SET
                attempt = task.attempt + 1, lease_token = gen_random_uuid(), worker_id = $4, due_at = clock_timestamp() + $5
            RETURNING *
        )
        SELECT leased.step_id, leased.run_id, step.node_id, step.iteration, leased.lease_token, leased.handler, leased.config, leased.attempt, leased.due_at
          FROM leased
         CROSS JOIN LATERAL (
            SELECT node_id, iteration FROM workflow_run_steps
             WHERE organization_id = leased.organization_id AND run_id = leased.run_id AND id = leased.step_id
            OFFSET 0) step
        """;

    /// <summary>Leases steps to a worker, those that have waited longest first; empty when there are none.</summary>
    public Task<IReadOnlyList<ClaimedStep>> ClaimStepsAsync(WorkerClaim claim, CancellationToken ct) => database.WriteByKeyAsync<IReadOnlyList<ClaimedStep>>(
        async connection =>
        {
            await using var command = new NpgsqlCommand(ClaimSql, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = claim.OrganizationId },
                    new NpgsqlParameter<string[]> { TypedValue = [.. claim.Handlers.Distinct(StringComparer.Ordinal)] },
                    new NpgsqlParameter<int> { TypedValue = claim.Most },
                    new NpgsqlParameter<string> { TypedValue = claim.WorkerId },
                    new NpgsqlParameter<TimeSpan> { TypedValue = claim.Lease },
                },
            };
            var steps = new List<ClaimedStep>();
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                var runId = rows.GetGuid(1);
                var key = new StepKey(rows.GetString(2), rows.GetString(3));
                steps.Add(new(
                    rows.GetGuid(0), runId, key.NodeId, rows.GetGuid(4), rows.GetString(5), rows.GetString(6), rows.GetInt32(7),
                    key.EffectIdIn(runId), rows.GetFieldValue<DateTimeOffset>(8).ToMilliseconds()));
            }

            return steps;
        },
        ct);

    /// <summary>Renews a worker's lease of a step.</summary>
    /// <returns>Until when it holds; null with any outcome but <see cref="ControlOutcome.Done"/>.</returns>
    public async Task<(ControlReceipt Receipt, DateTimeOffset? LeaseUntil)> HearWorkerAsync(
        string organizationId, Guid stepId, Guid leaseToken, TimeSpan lease, CancellationToken ct)
    {
        var (lowest, highest) = StepIds.RunRangeOf(stepId);
        var until = await database.WriteAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    """
                    UPDATE worker_tasks SET due_at = clock_timestamp() + $6
                     WHERE organization_id = $1 AND run_id BETWEEN $2 AND $3 AND step_id = $4 AND lease_token = $5
                    RETURNING due_at
                    """,
                    connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = organizationId },
                        new NpgsqlParameter<Guid> { TypedValue = lowest },
                        new NpgsqlParameter<Guid> { TypedValue = highest },
                        new NpgsqlParameter<Guid> { TypedValue = stepId },
                        new NpgsqlParameter<Guid> { TypedValue = leaseToken },
                        new NpgsqlParameter<TimeSpan> { TypedValue = lease },
                    },
                };
                return await command.ExecuteScalarAsync(ct);
            },
            ct);
        return until is DateTime instant
            ? (new(ControlOutcome.Done), new DateTimeOffset(instant).ToMilliseconds())
            : (await RunOfAsync(organizationId, stepId, ct) is null ? new(ControlOutcome.NotFound) : LeaseLost, null);
    }

    /// <summary>Takes a worker's result; results that come at the same time commit together.</summary>
    /// <param name="output">A JSON value.</param>
    public async Task<ControlReceipt> CompleteStepAsync(string organizationId, Guid stepId, Guid leaseToken, JsonText output, CancellationToken ct)
    {
        if (await _completions.SubmitAsync(new(organizationId, stepId, leaseToken, output), ct) is { } run)
        {
            hints?.RunChanged(new(organizationId, run));
            return new(ControlOutcome.Done);
        }

        return await RunOfAsync(organizationId, stepId, ct) is null ? new(ControlOutcome.NotFound) : LeaseLost;
    }

    /// <summary>Takes a worker's failure: another attempt follows after the step's rest, or the step has failed.</summary>
    public async Task<ControlReceipt> FailStepAsync(
        string organizationId, Guid stepId, Guid leaseToken, StepError error, bool isRetryable, CancellationToken ct)
    {
        if (await RunOfAsync(organizationId, stepId, ct) is not { } found)
        {
            return new(ControlOutcome.NotFound);
        }

        var graph = (await graphs.FindAsync(organizationId, found.WorkflowId, found.WorkflowVersion, ct)).Graph;
        var policy = graph?.AllNodes().FirstOrDefault(node => node.Id == found.NodeId)?.Retry ?? RetryPolicy.Default;
        return await control.ChangeAsync(
            new(organizationId, found.RunId),
            async run =>
            {
                var held = await run.QueryAsync(
                    "SELECT attempt, max_attempts FROM worker_tasks WHERE organization_id = $1 AND run_id = $2 AND step_id = $3 AND lease_token = $4",
                    row => (Attempt: row.GetInt32(0), Most: row.GetInt32(1)),
                    ct,
                    new NpgsqlParameter<Guid> { TypedValue = stepId },
                    new NpgsqlParameter<Guid> { TypedValue = leaseToken });
                if (held is not [var (attempt, most)])
                {
                    return LeaseLost;
                }

                if (isRetryable && attempt < most)
                {
                    await RestAsync(run, stepId, attempt, policy.RestAfter(attempt, Random.Shared.NextDouble()), error, ct);
                    await run.SaveAsync(isNewEpoch: false, ct);
                    return new(ControlOutcome.Done);
                }

                await FailAsync(run, stepId, attempt, error, ct);
                return new(ControlOutcome.Done);
            },
            ct);
    }

    public ValueTask DisposeAsync() => _completions.DisposeAsync();

    public async Task<int> FailLostStepsAsync(int most, CancellationToken ct)
    {
        var lost = await database.ReadAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    """
                    SELECT organization_id, run_id, step_id FROM worker_tasks
                     WHERE lease_token IS NOT NULL AND attempt >= max_attempts AND due_at <= clock_timestamp()
                     ORDER BY due_at
                     LIMIT $1
                    """,
                    connection)
                {
                    Parameters = { new NpgsqlParameter<int> { TypedValue = most } },
                };
                var list = new List<(RunKey Run, Guid StepId)>();
                await using var rows = await command.ExecuteReaderAsync(ct);
                while (await rows.ReadAsync(ct))
                {
                    list.Add((new(rows.GetString(0), rows.GetGuid(1)), rows.GetGuid(2)));
                }

                return list;
            },
            ct);
        var failed = 0;
        foreach (var (key, stepId) in lost)
        {
            var receipt = await control.ChangeAsync(
                key,
                async run =>
                {
                    // Asked again under the lock: a heartbeat may have come meanwhile, or another process may have done this.
                    var held = await run.QueryAsync(
                        """
                        SELECT attempt FROM worker_tasks
                         WHERE organization_id = $1 AND run_id = $2 AND step_id = $3 AND attempt >= max_attempts AND due_at <= clock_timestamp()
                           FOR UPDATE
                        """,
                        row => row.GetInt32(0),
                        ct,
                        new NpgsqlParameter<Guid> { TypedValue = stepId });
                    if (held is not [var attempt])
                    {
                        return new(ControlOutcome.NotAllowed);
                    }

                    await FailAsync(run, stepId, attempt, new(StepError.WorkerLost, "The worker that held the step was not heard of in time."), ct);
                    return new(ControlOutcome.Done);
                },
                ct);
            failed += receipt.Outcome == ControlOutcome.Done ? 1 : 0;
        }

        return failed;
    }

    private static ControlReceipt LeaseLost => new(ControlOutcome.NotAllowed, "The lease is lost: the step is another worker's now, or has ended.");

    private static async Task<Guid?[]> CompleteAsync(NpgsqlConnection connection, IReadOnlyList<WorkerCompletion> completions, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { RunLockStatement.For(completions), WorkerCompletionStatement.For(completions) },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var runs = await WorkerCompletionStatement.ReadAsync(rows, completions.Count, ct);
        await rows.NextResultAsync(ct); // reads to the end, where a failed commit would say so
        return runs;
    }

    private static async Task RestAsync(LockedRun run, Guid stepId, int attempt, TimeSpan rest, StepError error, CancellationToken ct)
    {
        await run.ExecuteAsync(
            """
            UPDATE worker_tasks SET lease_token = NULL, worker_id = NULL, due_at = clock_timestamp() + $4
             WHERE organization_id = $1 AND run_id = $2 AND step_id = $3
            """,
            ct,
            new NpgsqlParameter<Guid> { TypedValue = stepId },
            new NpgsqlParameter<TimeSpan> { TypedValue = rest });
        await run.ExecuteAsync(
            """
            UPDATE workflow_run_steps
               SET attempt = $4, retry_count = $4 - 1, error_code = $5, error_message = $6, error_details = $7::json, updated_at = $8
             WHERE organization_id = $1 AND run_id = $2 AND id = $3
            """,
            ct,
            new NpgsqlParameter<Guid> { TypedValue = stepId },
            new NpgsqlParameter<int> { TypedValue = attempt },
            LockedRun.Text(error.Code),
            LockedRun.Text(error.Message),
            LockedRun.Text(error.Details),
            LockedRun.Instant(run.Now));
        run.Tell(RunEventTypes.StepRetrying, PayloadOf(error, attempt), stepId, StepStatus.Running);
    }

    private static async Task FailAsync(LockedRun run, Guid stepId, int attempt, StepError error, CancellationToken ct)
    {
        await run.ExecuteAsync(
            "DELETE FROM worker_tasks WHERE organization_id = $1 AND run_id = $2 AND step_id = $3", ct, new NpgsqlParameter<Guid> { TypedValue = stepId });
        await run.EndStepAsync(stepId, StepStatus.Failed, null, error, attempt, ct);
        run.Tell(RunEventTypes.StepFailed, PayloadOf(error, attempt), stepId, StepStatus.Failed);
        await run.WakeAsync(ct);
        await run.SaveAsync(isNewEpoch: false, ct);
    }

    private static string PayloadOf(StepError error, int attempt) => Json.Write(writer =>
    {
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteNumber("attempt", attempt);
    });

    private Task<(Guid RunId, Guid WorkflowId, int WorkflowVersion, string NodeId)?> RunOfAsync(string organizationId, Guid stepId, CancellationToken ct)
        => database.ReadAsync<(Guid, Guid, int, string)?>(
            async connection =>
            {
                var (lowest, highest) = StepIds.RunRangeOf(stepId);
                await using var command = new NpgsqlCommand(
                    """
                    SELECT step.run_id, run.workflow_id, run.workflow_version, step.node_id
                      FROM workflow_run_steps step
                      JOIN workflow_runs run ON run.organization_id = step.organization_id AND run.id = step.run_id
                     WHERE step.organization_id = $1 AND step.run_id BETWEEN $2 AND $3 AND step.id = $4 AND run.executor = 'ENGINE'
                    """,
                    connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = organizationId },
                        new NpgsqlParameter<Guid> { TypedValue = lowest },
                        new NpgsqlParameter<Guid> { TypedValue = highest },
                        new NpgsqlParameter<Guid> { TypedValue = stepId },
                    },
                };
                await using var row = await command.ExecuteReaderAsync(ct);
                return await row.ReadAsync(ct) ? (row.GetGuid(0), row.GetGuid(1), row.GetInt32(2), row.GetString(3)) : null;
            },
            ct);
}
