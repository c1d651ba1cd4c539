using Npgsql;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Writes reports and patches of steps on a given connection; they join its transaction when one is open.</summary>
internal static class StepWriter
{
    private const string ReportedAfterFailure = "A step was reported after the run had failed.";

    private const string PatchedAfterSweep = "A step was patched after the sweep had declared the run dead.";

    /// <summary>One round trip, one commit; each report names another step. Null: the run has to be reopened first.</summary>
    public static async Task<StepReceipt?[]> RecordAsync(NpgsqlConnection connection, IReadOnlyList<StepReport> reports, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { RunLockStatement.For(reports), StepReportStatement.For(reports) },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var receipts = await StepReportStatement.ReadAsync(rows, reports, ct);
        await rows.NextResultAsync(ct); // reads to the end, where a failed commit would say so
        return receipts;
    }

    /// <summary>One round trip, one commit; each patch names another step. Null: the run has to be reopened first.</summary>
    public static async Task<StepReceipt?[]> ApplyAsync(NpgsqlConnection connection, IReadOnlyList<StepPatch> patches, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { RunLockStatement.For(patches), StepPatchStatement.For(patches) },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var receipts = await StepPatchStatement.ReadAsync(rows, patches, ct);
        await rows.NextResultAsync(ct);
        return receipts;
    }

    /// <summary>
    /// One round trip, one commit for any number of writes of both kinds, with the limits of bulk statements; each names
    /// another step. Null: the run has to be reopened first.
    /// </summary>
    public static Task<StepReceipt?[]> WriteManyAsync(
        NpgsqlConnection connection, PostgresOptions options, IReadOnlyList<StepWrite> writes, CancellationToken ct)
    {
        var (reports, patches) = Sorted(writes);
        return connection.ExecuteBulkAsync(
            options,
            [RunLockStatement.For(reports, patches), StepReportStatement.For(reports), StepPatchStatement.For(patches)],
            async rows =>
            {
                await rows.NextResultAsync(ct);
                var reported = new Queue<StepReceipt?>(await StepReportStatement.ReadAsync(rows, reports, ct));
                await rows.NextResultAsync(ct);
                var patched = new Queue<StepReceipt?>(await StepPatchStatement.ReadAsync(rows, patches, ct));
                return writes.Select(write => write.Report is null ? patched.Dequeue() : reported.Dequeue()).ToArray();
            },
            ct);
    }

    /// <summary>
    /// Writes one after the other in one transaction and reopens failed runs where a write asks for it. Slower than a group,
    /// and right in every case.
    /// </summary>
    public static async Task<StepReceipt[]> WriteInOrderAsync(
        NpgsqlConnection connection, PostgresOptions options, IReadOnlyList<StepWrite> writes, CancellationToken ct)
    {
        if (writes.Count > 1)
        {
            // All runs at once and in order: taken one by one, the locks of two batches could cross.
            var (reports, patches) = Sorted(writes);
            await connection.ExecuteBulkAsync(options, [RunLockStatement.For(reports, patches)], rows => rows.ReadAsync(ct), ct);
        }

        var receipts = new StepReceipt[writes.Count];
        for (var i = 0; i < receipts.Length; i++)
        {
            receipts[i] = await WriteOneAsync(connection, writes[i], ct) ?? await ReopenAndWriteAsync(connection, writes[i], ct);
        }

        return receipts;
    }

    private static async Task<StepReceipt?> WriteOneAsync(NpgsqlConnection connection, StepWrite write, CancellationToken ct)
        => write.Report is { } report
            ? (await RecordAsync(connection, [report], ct))[0]
            : (await ApplyAsync(connection, [write.Patch!], ct))[0];

    private static (StepReport[] Reports, StepPatch[] Patches) Sorted(IReadOnlyList<StepWrite> writes)
        => ([.. writes.Select(write => write.Report).OfType<StepReport>()], [.. writes.Select(write => write.Patch).OfType<StepPatch>()]);

    private static async Task<StepReceipt> ReopenAndWriteAsync(NpgsqlConnection connection, StepWrite write, CancellationToken ct)
    {
        // The run is locked since the attempt before this. A write that is refused after all must not leave it open.
        await ExecuteAsync(connection, new NpgsqlBatchCommand("SAVEPOINT reopening"), ct);
        var runId = write.Report?.RunId ?? await RunOfAsync(connection, write.Patch!, ct);
        await ExecuteAsync(
            connection,
            ReopenStatement.For(
                write.OrganizationId, runId, write.Report is null ? PatchedAfterSweep : ReportedAfterFailure, write.ReceivedAt),
            ct);

        var receipt = await WriteOneAsync(connection, write, ct)
            ?? throw new InvalidOperationException("A reopened run asks to be reopened.");
        if (receipt.Outcome != StepOutcome.Recorded)
        {
            await ExecuteAsync(connection, new NpgsqlBatchCommand("ROLLBACK TO SAVEPOINT reopening"), ct);
        }

        return receipt;
    }

    private static async Task<Guid> RunOfAsync(NpgsqlConnection connection, StepPatch patch, CancellationToken ct)
    {
        var (lowest, highest) = StepIds.RunRangeOf(patch.StepId);
        await using var command = new NpgsqlCommand(
            """
            SELECT run_id FROM workflow_run_steps
             WHERE organization_id = $1 AND run_id BETWEEN $2 AND $3 AND id = $4
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = patch.OrganizationId },
                new NpgsqlParameter<Guid> { TypedValue = lowest },
                new NpgsqlParameter<Guid> { TypedValue = highest },
                new NpgsqlParameter<Guid> { TypedValue = patch.StepId },
            },
        };
        return (Guid)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlBatchCommand command, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
        await batch.ExecuteNonQueryAsync(ct);
    }
}
