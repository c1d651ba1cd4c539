using Npgsql;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Retention;

namespace Solya.Workflows.Postgres.Repositories;

/// <inheritdoc cref="IRetention"/>
public sealed class RetentionRepository(Database database) : IRetention
{
    // Some 20 ms of an idle machine: what waits for the processor meanwhile waits no longer than that.
    private const int PageOfRuns = 100;
    private const int PageOfSubscriptions = 100;
    private const int MostDeliveries = 1_000;

    // Histories can be long: what matters for the length of a transaction is rows, and a run has fewer steps than events.
    private const long MostEvents = 2_000;

    // Any fixed number that nothing else in this database uses as an advisory lock.
    private const long LockNumber = 0x536F_6C79_6157_4602;

    /// <inheritdoc/>
    public Task<PurgeReceipt> PurgeRunsAsync(PurgePlace from, DateTimeOffset endedBefore, CancellationToken ct) => AloneAsync(
        async connection =>
        {
            var floor = Uuid7.FloorOf(endedBefore.ToUnixTimeMilliseconds());
            var page = await PageAsync(connection, from, floor, endedBefore, ct);
            if (page.Count == 0)
            {
                if (await NextOrganizationAsync(connection, from.OrganizationId, floor, ct) is not { } organization)
                {
                    return new(0, null);
                }

                from = new(organization, Guid.Empty);
                page = await PageAsync(connection, from, floor, endedBefore, ct);
            }

            var (roots, last) = Choose(page, from.Id);
            var doomed = roots.Count > 0 ? await DoomedAsync(connection, from.OrganizationId, roots, endedBefore, ct) : [];
            if (doomed.Count > 0)
            {
                await DeleteAsync(connection, from.OrganizationId, doomed, ct);
            }

            return new(doomed.Count, new PurgePlace(from.OrganizationId, last));
        },
        ct);

    /// <inheritdoc/>
    public Task<PurgeReceipt> PurgeDeliveriesAsync(PurgePlace from, DateTimeOffset settledBefore, CancellationToken ct) => AloneAsync(
        async connection =>
        {
            var page = await QueryAsync(
                connection,
                PurgeStatements.PageOfSubscriptions,
                row => new PurgePlace(row.GetString(0), row.GetGuid(1)),
                ct,
                LockedRun.Text(from.OrganizationId),
                Id(from.Id),
                Number(PageOfSubscriptions));
            if (page.Count == 0)
            {
                return new(0, null);
            }

            await using var command = Command(
                connection,
                PurgeStatements.DeleteSettledDeliveries,
                Texts(page.Select(place => place.OrganizationId)),
                Ids(page.Select(place => place.Id)),
                LockedRun.Instant(settledBefore),
                Number(MostDeliveries));
            var deleted = await command.ExecuteNonQueryAsync(ct);

            // As many as may be at once: the same subscriptions may have more.
            return new(deleted, deleted == MostDeliveries ? from : page[^1]);
        },
        ct);

    /// <summary>Runs a transaction unless another process purges at this moment: two would only get in each other's way.</summary>
    private Task<PurgeReceipt> AloneAsync(Func<NpgsqlConnection, Task<PurgeReceipt>> purge, CancellationToken ct) => database.WriteLongByKeyAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            // A long history may take longer than a request's statement. Waiting for a lock may not: others matter more.
            await using var begin = Command(
                connection,
                "SELECT pg_try_advisory_xact_lock($1) FROM set_config('statement_timeout', $2, true)",
                new NpgsqlParameter<long> { TypedValue = LockNumber },
                LockedRun.Text($"{database.Options.BulkStatementTimeoutSeconds}s"));
            if (!(bool)(await begin.ExecuteScalarAsync(ct))!)
            {
                return new(0, null);
            }

            var receipt = await purge(connection);
            await transaction.CommitAsync(ct);
            return receipt;
        },
        ct);

    private Task<List<OldRun>> PageAsync(NpgsqlConnection connection, PurgePlace from, Guid floor, DateTimeOffset endedBefore, CancellationToken ct) => QueryAsync(
        connection,
        PurgeStatements.PageOfRuns,
        row => new OldRun(row.GetGuid(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3)),
        ct,
        LockedRun.Text(from.OrganizationId),
        Id(from.Id),
        Id(floor),
        LockedRun.Instant(endedBefore),
        Number(PageOfRuns));

    private async Task<string?> NextOrganizationAsync(NpgsqlConnection connection, string after, Guid floor, CancellationToken ct)
    {
        await using var command = Command(connection, PurgeStatements.NextOrganization, LockedRun.Text(after), Id(floor));
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>The runs of a page that one transaction can take, and how far it has then come.</summary>
    private static (List<Guid> Roots, Guid Last) Choose(List<OldRun> page, Guid last)
    {
        var roots = new List<Guid>();
        var events = 0L;
        foreach (var run in page)
        {
            if (run.HasEnded)
            {
                // Nobody knows how much hangs below a run that started others: it is taken alone.
                if (roots.Count > 0 && (run.HasChildren || events + run.Events > MostEvents))
                {
                    break;
                }

                roots.Add(run.Id);
                events += run.Events;
            }

            last = run.Id;
            if (run is { HasEnded: true, HasChildren: true })
            {
                break;
            }
        }

        return (roots, last);
    }

    /// <summary>Locks the runs and those below them, and says which of them may go.</summary>
    private async Task<List<Guid>> DoomedAsync(
        NpgsqlConnection connection, string organizationId, List<Guid> roots, DateTimeOffset endedBefore, CancellationToken ct)
    {
        var locked = (await QueryAsync(
            connection, PurgeStatements.Lock, row => row.GetGuid(0), ct, LockedRun.Text(organizationId), Ids(roots), LockedRun.Instant(endedBefore))).ToHashSet();

        // Looked at once more now that they are locked: nothing can come to speak of a locked run, its foreign keys see to
        // that, and what came to speak of it before is in this statement's snapshot.
        var members = await QueryAsync(
            connection,
            PurgeStatements.Members,
            row => (Root: row.GetGuid(0), Id: row.GetGuid(1), IsSpokenOf: row.GetBoolean(2)),
            ct,
            LockedRun.Text(organizationId),
            Ids(roots));
        var kept = members.Where(member => member.IsSpokenOf || !locked.Contains(member.Id)).Select(member => member.Root).ToHashSet();
        return [.. members.Where(member => !kept.Contains(member.Root)).Select(member => member.Id)];
    }

    private async Task DeleteAsync(NpgsqlConnection connection, string organizationId, List<Guid> doomed, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = database.Options.BulkStatementTimeoutSeconds };
        foreach (var sql in PurgeStatements.Deletes)
        {
            batch.BatchCommands.Add(new(sql) { Parameters = { LockedRun.Text(organizationId), Ids(doomed) } });
        }

        await batch.ExecuteNonQueryAsync(ct);
    }

    private async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var list = new List<T>();
        while (await rows.ReadAsync(ct))
        {
            list.Add(read(rows));
        }

        return list;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = database.Options.BulkStatementTimeoutSeconds };
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter<Guid> Id(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<int> Number(int value) => new() { TypedValue = value };

    private static NpgsqlParameter<Guid[]> Ids(IEnumerable<Guid> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) => new() { TypedValue = [.. values] };

    /// <param name="HasEnded">Whether it ended long enough ago, and no run stands above it.</param>
    private readonly record struct OldRun(Guid Id, long Events, bool HasEnded, bool HasChildren);
}
