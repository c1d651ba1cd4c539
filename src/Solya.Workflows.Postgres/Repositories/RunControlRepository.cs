using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>What people and programs may do to a run: cancel, resume, retry, signal. Each is one transaction.</summary>
public sealed class RunControlRepository(Database database, IEngineHints? hints = null) : IAbandonedRuns
{
    /// <summary>
    /// Calls a run off. From the answer on no step of it begins; what is under way is cut off, and the runs that its steps
    /// wait for are called off too: before the answer, or by an engine soon after it.
    /// </summary>
    public async Task<ControlReceipt> CancelRunAsync(RunKey key, CancellationToken ct)
    {
        var abandoned = new List<RunKey>();
        var receipt = await CancelAloneAsync(key, abandoned, ct);
        try
        {
            // Each in its own transaction: nobody locks a run while it holds one that runs below it.
            foreach (var child in receipt.Outcome == ControlOutcome.Done ? abandoned : [])
            {
                await CancelAbandonedAsync(child, ct);
            }
        }
        catch (DatabaseUnavailableException)
        {
            // The run itself is called off, and that its children are to be is written down: the answer stands.
        }

        return receipt;
    }

    /// <summary>Calls off a run that was written down as abandoned, and strikes it out; nothing when it has ended.</summary>
    internal async Task CancelAbandonedAsync(RunKey key, CancellationToken ct)
    {
        // Struck out last: who dies before that leaves the run to be looked at once more.
        await CancelRunAsync(key, ct);
        await database.WriteAsync(
            async connection =>
            {
                await using var command = new Npgsql.NpgsqlCommand("DELETE FROM abandoned_runs WHERE organization_id = $1 AND run_id = $2", connection)
                {
                    Parameters = { LockedRun.Text(key.OrganizationId), new Npgsql.NpgsqlParameter<Guid> { TypedValue = key.RunId } },
                };
                return await command.ExecuteNonQueryAsync(ct);
            },
            ct);
    }

    /// <inheritdoc/>
    public async Task<int> CancelAbandonedRunsAsync(int most, CancellationToken ct)
    {
        // Due again after a while, should this process die with them. SKIP LOCKED: two that look at once take different ones.
        var runs = await database.WriteAsync(
            async connection =>
            {
                await using var command = new Npgsql.NpgsqlCommand(
                    """
                    UPDATE abandoned_runs SET due_at = clock_timestamp() + interval '10 seconds'
                     WHERE (organization_id, run_id) IN (
                        SELECT organization_id, run_id FROM abandoned_runs WHERE due_at <= clock_timestamp()
                         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
                    RETURNING organization_id, run_id
                    """,
                    connection)
                {
                    Parameters = { new Npgsql.NpgsqlParameter<int> { TypedValue = most } },
                };
                await using var rows = await command.ExecuteReaderAsync(ct);
                var taken = new List<RunKey>();
                while (await rows.ReadAsync(ct))
                {
                    taken.Add(new(rows.GetString(0), rows.GetGuid(1)));
                }

                return taken;
            },
            ct);
        foreach (var run in runs)
        {
            await CancelAbandonedAsync(run, ct);
        }

        return runs.Count;
    }

    private Task<ControlReceipt> CancelAloneAsync(RunKey key, List<RunKey> abandoned, CancellationToken ct) => ChangeAsync(
        key,
        async run =>
        {
            var was = run.Status;
            if (RunTransitions.Next(was, RunTrigger.CancelRequested) is null)
            {
                return new(ControlOutcome.NotAllowed, $"The run is {was.Text()} and cannot be cancelled.");
            }

            if (run.Executor == RunExecutor.Engine)
            {
                foreach (var step in await run.QueryAsync(
                    """
                    UPDATE workflow_run_steps
                       SET status = 'CANCELLED', wait_kind = NULL, wait_until = NULL, completed_at = $3,
                           duration_ms = greatest(0, (extract(epoch FROM $3 - started_at) * 1000)::bigint), updated_at = $3
                     WHERE organization_id = $1 AND run_id = $2 AND status IN ('PENDING', 'RUNNING')
                    RETURNING id
                    """,
                    row => row.GetGuid(0),
                    ct,
                    LockedRun.Instant(run.Now)))
                {
                    run.Tell(RunEventTypes.StepCancelled, stepId: step, stepStatus: StepStatus.Cancelled);
                }

                await run.ExecuteAsync(
                    "UPDATE approval_requests SET status = 'CANCELLED', decided_at = $3 WHERE organization_id = $1 AND run_id = $2 AND status = 'PENDING'",
                    ct,
                    LockedRun.Instant(run.Now));
                await run.ExecuteAsync("DELETE FROM worker_tasks WHERE organization_id = $1 AND run_id = $2", ct);
                // With its place in the queue goes the lease, and with that everything an engine may still want to write.
                await run.ExecuteAsync("DELETE FROM run_queue WHERE organization_id = $1 AND run_id = $2", ct);
                // No step of it starts one any more: the run is locked.
                abandoned.AddRange(await run.QueryAsync(
                    """
                    WITH kept AS (
                        INSERT INTO abandoned_runs (organization_id, run_id, due_at)
                        SELECT organization_id, id, clock_timestamp() + interval '2 seconds' FROM workflow_runs
                         WHERE organization_id = $1 AND parent_run_id = $2 AND parent_step_id IS NOT NULL AND completed_at IS NULL
                        ON CONFLICT DO NOTHING
                        RETURNING run_id
                    )
                    SELECT run_id FROM kept ORDER BY run_id
                    """,
                    row => new RunKey(key.OrganizationId, row.GetGuid(0)),
                    ct));
            }

            run.TryMove(RunTrigger.CancelRequested, RunEventTypes.RunCancelled);
            await run.SaveAsync(isNewEpoch: true, ct);
            return new(ControlOutcome.Done);
        },
        ct,
        readsRun: true);

    /// <summary>Delivers a signal to a run that waits for just that, or ends its wait early.</summary>
    /// <param name="payload">A JSON object; becomes part of the run's state and is the step's output.</param>
    public Task<ControlReceipt> ResumeRunAsync(RunKey key, string signalType, JsonText payload, CancellationToken ct) => ChangeAsync(
        key,
        async run =>
        {
            if (run.Status != RunStatus.Waiting || run.Executor != RunExecutor.Engine)
            {
                return new(ControlOutcome.NotAllowed, $"The run is {run.Status.Text()} and does not wait for a signal.");
            }

            var waits = await run.QueryAsync(
                """
                SELECT id, wait_kind, signal_type FROM workflow_run_steps
                 WHERE organization_id = $1 AND run_id = $2 AND wait_kind IN ('SIGNAL', 'TIMER')
                 ORDER BY started_at, id
                """,
                row => (Id: row.GetGuid(0), Kind: WireText<WaitKind>.Parse(row.GetString(1)), Type: row.IsDBNull(2) ? null : row.GetString(2)),
                ct);
            var found = waits.Where(wait => wait.Kind == WaitKind.Signal && wait.Type == signalType)
                .Concat(waits.Where(wait => wait.Kind == WaitKind.Timer))
                .Take(1)
                .ToList();
            if (found is not [var step])
            {
                return new(ControlOutcome.NotAllowed, $"The run waits for '{string.Join("', '", waits.Select(wait => wait.Type))}', not for '{signalType}'.");
            }

            run.Tell(RunEventTypes.SignalReceived, Json.Write(writer => writer.WriteString("signalType", signalType)), step.Id, StepStatus.Running);
            run.TryMove(RunTrigger.SignalDelivered, RunEventTypes.RunResumed);
            if (!run.TryMergeIntoState(payload))
            {
                return new(ControlOutcome.NotAllowed, "With the payload the run's state would be larger than 1 MiB.");
            }

            await run.EndStepAsync(step.Id, StepStatus.Succeeded, payload, null, null, ct);
            run.Tell(RunEventTypes.StepCompleted, stepId: step.Id, stepStatus: StepStatus.Succeeded);
            await run.WakeAsync(ct);
            await run.SaveAsync(isNewEpoch: false, ct);
            return new(ControlOutcome.Done);
        },
        ct,
        readsRun: true);

    /// <summary>Sends a failed run on from the steps that failed it; finished steps keep what they produced.</summary>
    public Task<ControlReceipt> RetryRunAsync(RunKey key, CancellationToken ct) => ChangeAsync(
        key,
        async run =>
        {
            if (run.Executor != RunExecutor.Engine)
            {
                return new(ControlOutcome.NotAllowed, "The run is executed outside of this service; only its executor can retry it.");
            }

            if (run.Status != RunStatus.Failed || !run.TryMove(RunTrigger.RetryRequested, RunEventTypes.RunRetried))
            {
                return new(ControlOutcome.NotAllowed, $"The run is {run.Status.Text()}; only a FAILED run can be retried.");
            }

            // A failure that led somewhere stays; lists keep their items.
            await run.ExecuteAsync(
                """
                UPDATE workflow_run_steps
                   SET status = 'PENDING', attempt = 0, retry_count = 0, output = NULL, error_code = NULL, error_message = NULL, error_details = NULL,
                       completed_at = NULL, duration_ms = NULL, signal_type = NULL, branch = NULL,
                       resolved_input = CASE WHEN kind IN ('parallel', 'foreach') THEN resolved_input END, updated_at = $3
                 WHERE organization_id = $1 AND run_id = $2 AND status IN ('FAILED', 'CANCELLED') AND NOT error_handled
                """,
                ct,
                LockedRun.Instant(run.Now));
            await run.WakeAsync(ct);
            await run.SaveAsync(isNewEpoch: true, ct);
            return new(ControlOutcome.Done);
        },
        ct,
        readsRun: true);

    /// <summary>Keeps a signal until a step takes it; each is taken once, in the order in which they came.</summary>
    /// <param name="dedupId">A second signal of the run with the same one changes nothing.</param>
    public Task<ControlReceipt> SendSignalAsync(RunKey key, string signalType, JsonText payload, string? dedupId, CancellationToken ct) => ChangeAsync(
        key,
        async run =>
        {
            if (run.Executor != RunExecutor.Engine || run.Status is RunStatus.Completed or RunStatus.Cancelled)
            {
                return new(ControlOutcome.NotAllowed, run.Executor == RunExecutor.Engine
                    ? $"The run is {run.Status.Text()} and takes no more signals."
                    : "The run is executed outside of this service and takes no signals.");
            }

            var kept = await run.ExecuteAsync(
                """
                INSERT INTO run_signals (organization_id, run_id, sequence, signal_type, payload, dedup_id, created_at)
                VALUES ($1, $2, $3, $4, $5::json, $6, $7)
                ON CONFLICT (organization_id, run_id, dedup_id) WHERE dedup_id IS NOT NULL DO NOTHING
                """,
                ct,
                new Npgsql.NpgsqlParameter<long> { TypedValue = run.EventSequence + 1 },
                LockedRun.Text(signalType),
                LockedRun.Text(payload.Text),
                LockedRun.Text(dedupId),
                LockedRun.Instant(run.Now));
            if (kept == 0)
            {
                return new(ControlOutcome.Done);
            }

            run.Tell(RunEventTypes.SignalReceived, Json.Write(writer => writer.WriteString("signalType", signalType)));
            // A failed run's signals wait for its retry.
            if (!run.Status.IsTerminal())
            {
                await run.WakeAsync(ct);
            }

            await run.SaveAsync(isNewEpoch: false, ct);
            return new(ControlOutcome.Done);
        },
        ct);

    /// <summary>Changes a run under its lock; what is not <see cref="ControlOutcome.Done"/> is rolled back.</summary>
    /// <param name="readsRun">Whether the receipt shall carry the run; an engine may move it on as soon as this has committed.</param>
    internal async Task<ControlReceipt> ChangeAsync(RunKey key, Func<LockedRun, Task<ControlReceipt>> change, CancellationToken ct, bool readsRun = false)
    {
        RunKey? waiting = null;
        var receipt = await database.WriteAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                if (await LockedRun.LockAsync(connection, key, ct) is not { } run)
                {
                    return new ControlReceipt(ControlOutcome.NotFound);
                }

                var outcome = await change(run);
                if (outcome.Outcome == ControlOutcome.Done)
                {
                    if (readsRun)
                    {
                        outcome = outcome with { Run = await RunReader.FindAsync(connection, key.OrganizationId, key.RunId, ct) };
                    }

                    await transaction.CommitAsync(ct);
                    waiting = run.WaitingRun;
                }

                return outcome;
            },
            ct);
        if (receipt.Outcome == ControlOutcome.Done)
        {
            hints?.RunChanged(key);
            if (waiting is { } waiter)
            {
                hints?.RunChanged(waiter);
            }
        }

        return receipt;
    }
}
