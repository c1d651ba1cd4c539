using Npgsql;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Creates runs that the engine executes; those that are wished for at the same time commit together.</summary>
public sealed class RunCreationRepository : IAsyncDisposable
{
    private readonly IdGenerator _ids;
    private readonly IEngineHints? _hints;
    private readonly GroupCommit<RunInsert, InsertReceipt?, (string, string?, Guid)> _creations;

    /// <param name="hints">Null in a process without an engine.</param>
    public RunCreationRepository(Database database, IdGenerator ids, IEngineHints? hints = null)
    {
        (_ids, _hints) = (ids, hints);
        _creations = new(
            database,
            InsertAsync,
            // Two wishes with the same key must not meet in one statement: neither would see the other.
            insert => (insert.Creation.OrganizationId, insert.Creation.IdempotencyKey, insert.Answer?.KeyHash ?? insert.RunId));
    }

    public async Task<CreationReceipt> CreateRunAsync(RunCreation creation, CancellationToken ct)
    {
        while (true)
        {
            if (await SubmitAsync(creation, null, (_, _) => null, ct) is { } done)
            {
                return done;
            }
        }
    }

    /// <summary>Creates a run for the workflow as it was read.</summary>
    /// <param name="workflowStamp">What <see cref="ExecutableWorkflows"/> gave with it.</param>
    /// <returns><see cref="CreationOutcome.DefinitionNotFound"/> also when the workflow has changed since.</returns>
    public async Task<CreationReceipt> CreateRunAsync(RunCreation creation, string workflowStamp, CancellationToken ct)
        => await SubmitAsync(creation, workflowStamp, (_, _) => null, ct) ?? throw new InvalidOperationException("A creation without a key met one.");

    /// <summary>Creates a run for the workflow as it was read, and remembers the answer under a key, in one transaction.</summary>
    /// <param name="workflowStamp">What <see cref="ExecutableWorkflows"/> gave with it.</param>
    /// <param name="answer">Of the run that is about to be created: its id, and when.</param>
    /// <returns>Null when the key is known: nothing has happened. <see cref="CreationOutcome.DefinitionNotFound"/> also when
    /// the workflow has changed since.</returns>
    public Task<CreationReceipt?> CreateRunOnceAsync(
        RunCreation creation, string workflowStamp, IdempotencyScope scope, DateTimeOffset now, Func<Guid, DateTimeOffset, RememberedAnswer> answer, CancellationToken ct)
    {
        var keyHash = scope.KeyHash;
        return SubmitAsync(creation, workflowStamp, (id, createdAt) => new(keyHash, scope.Fingerprint, answer(id, createdAt), now), ct);
    }

    /// <summary>As <see cref="CreateRunAsync(RunCreation, CancellationToken)"/>, within the request's transaction when there is one.</summary>
    public async Task<CreationReceipt> CreateRunAsync(RunCreation creation, AmbientTransaction ambient, CancellationToken ct)
    {
        if (ambient.Connection is not { } joined)
        {
            return await CreateRunAsync(creation, ct);
        }

        // Nobody may take the run before the transaction stands, so it is born without a lease.
        while (true)
        {
            var (id, createdAt) = _ids.Next();
            if ((await InsertAsync(joined, [new(creation, id, createdAt, WorkerId: null, default)], ct))[0] is { } done)
            {
                ambient.AfterCommit(() => _hints?.WorkQueued());
                return done.Creation;
            }
        }
    }

    public ValueTask DisposeAsync() => _creations.DisposeAsync();

    private async Task<CreationReceipt?> SubmitAsync(
        RunCreation creation, string? workflowStamp, Func<Guid, DateTimeOffset, KeyedAnswer?> answer, CancellationToken ct)
    {
        var (id, createdAt) = _ids.Next();
        // Born leased to this process, the run needs no claim: its first step begins as soon as it is committed.
        var reservation = _hints?.TryReserve();
        InsertReceipt? receipt = null;
        try
        {
            receipt = await _creations.SubmitAsync(
                new(creation, id, createdAt, reservation?.WorkerId, reservation?.Lease ?? default, workflowStamp, answer(id, createdAt)), ct);
        }
        finally
        {
            HandOver(creation, reservation, receipt, createdAt);
        }

        return receipt?.Creation;
    }

    private void HandOver(RunCreation creation, Reservation? reservation, InsertReceipt? receipt, DateTimeOffset createdAt)
    {
        if (receipt is not { Creation: { Outcome: CreationOutcome.Created } created } done)
        {
            // Also when the answer was lost: a run that was created after all is claimed when its lease has run out.
            if (reservation is not null)
            {
                _hints!.GiveUp(reservation);
            }

            return;
        }

        if (reservation is null || done.LeaseEpoch is not { } epoch)
        {
            _hints?.WorkQueued();
            return;
        }

        var run = new RunState
        {
            OrganizationId = creation.OrganizationId,
            RunId = created.RunId,
            WorkflowId = creation.WorkflowId,
            WorkflowVersion = created.WorkflowVersion,
            Status = RunStatus.Pending,
            Input = creation.Input,
            EventSequence = 1,
            CreatedAt = createdAt,
        };
        _hints!.Adopt(reservation, new(new(new(creation.OrganizationId, created.RunId), epoch), run, Claims: 1));
    }

    private static async Task<InsertReceipt?[]> InsertAsync(NpgsqlConnection connection, IReadOnlyList<RunInsert> inserts, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { CreateRunStatement.For(inserts) } };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var receipts = await CreateRunStatement.ReadAsync(rows, inserts, ct);
        await rows.NextResultAsync(ct);
        return receipts;
    }
}
