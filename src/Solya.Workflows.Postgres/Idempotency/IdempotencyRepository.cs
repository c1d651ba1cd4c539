using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Failures;
using Solya.Workflows.Postgres.Writes;

namespace Solya.Workflows.Postgres.Idempotency;

/// <summary>Makes a keyed request happen once: its effect, its key and its answer commit together.</summary>
public sealed class IdempotencyRepository(Lazy<WorkflowsContext> contexts, AmbientTransaction ambient)
{
    // Most requests that ask for this repository get by without it.
    private WorkflowsContext Context => contexts.Value;

    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>How long a repeat waits for the first request before it is told to come back.</summary>
    private const string PatienceWithFirst = "1000ms";

    /// <summary>
    /// Runs <paramref name="execute"/> unless the scope's key is known. Only an answer below 300 is remembered; any other
    /// rolls everything back and leaves the key free.
    /// </summary>
    public async Task<IdempotencyReceipt> OnceAsync(
        IdempotencyScope scope, DateTimeOffset now, Func<Task<RememberedAnswer>> execute, CancellationToken ct)
    {
        var keyHash = scope.KeyHash;
        await using var transaction = await Context.BeginWritingAsync(ct);
        var connection = (NpgsqlConnection)Context.Database.GetDbConnection();
        var isCommitSent = false;
        try
        {
            if (!await LockAsync(connection, scope.OrganizationId, keyHash, ct))
            {
                return new(IdempotencyOutcome.InFlight);
            }

            var known = await AliveAsync(scope, now, ct);
            if (known is not null)
            {
                return known.Fingerprint.AsSpan().SequenceEqual(scope.Fingerprint)
                    ? new(IdempotencyOutcome.Replayed, new(known.ResponseStatus, known.ResponseBody))
                    : new(IdempotencyOutcome.KeyReused);
            }

            ambient.Connection = connection;
            var answer = await execute();
            if (answer.Status >= 300)
            {
                return new(IdempotencyOutcome.Executed, answer);
            }

            await RememberAsync(connection, scope, keyHash, answer, now, ct);
            isCommitSent = true;
            await transaction.CommitAsync(ct);
            ambient.Committed();
            return new(IdempotencyOutcome.Executed, answer);
        }
        // Before the commit is sent nothing can have happened: the server rolls back what it has of the transaction.
        catch (Exception failure) when (DatabaseFailure.Classify(failure, isCommitSent) is { } unavailable)
        {
            throw unavailable;
        }
        finally
        {
            ambient.Connection = null;
        }
    }

    /// <summary>What is remembered under the scope's key, whatever the body was; null when nothing is.</summary>
    public async Task<RememberedAnswer?> FindAnswerAsync(IdempotencyScope scope, DateTimeOffset now, CancellationToken ct)
        => await AliveAsync(scope, now, ct) is { } known ? new(known.ResponseStatus, known.ResponseBody) : null;

    private Task<IdempotencyKey?> AliveAsync(IdempotencyScope scope, DateTimeOffset now, CancellationToken ct)
    {
        var keyHash = scope.KeyHash;
        return Context.IdempotencyKeys.AsNoTracking().SingleOrDefaultAsync(
            key => key.OrganizationId == scope.OrganizationId && key.KeyHash == keyHash && key.CreatedAt > now - Lifetime, ct);
    }

    // One request per key at a time, over all processes; the lock ends with the transaction.
    private static async Task<bool> LockAsync(NpgsqlConnection connection, string organizationId, Guid keyHash, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT set_config('lock_timeout', $1, true)")
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = PatienceWithFirst } },
                },
                new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1)")
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = LockNumberOf(organizationId, keyHash) } },
                },
                new NpgsqlBatchCommand("SET LOCAL lock_timeout TO DEFAULT"), // to what the connection was opened with
            },
        };
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    private static long LockNumberOf(string organizationId, Guid keyHash)
    {
        Span<byte> bytes = stackalloc byte[16];
        NaturalKey.Of(organizationId, keyHash.ToString()).TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    private static async Task RememberAsync(
        NpgsqlConnection connection, IdempotencyScope scope, Guid keyHash, RememberedAnswer answer, DateTimeOffset now, CancellationToken ct)
    {
        // A row that is still there has outlived its day.
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO idempotency_keys (organization_id, key_hash, fingerprint, response_status, response_body, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (organization_id, key_hash) DO UPDATE SET
                fingerprint = excluded.fingerprint,
                response_status = excluded.response_status,
                response_body = excluded.response_body,
                created_at = excluded.created_at
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = scope.OrganizationId },
                new NpgsqlParameter<Guid> { TypedValue = keyHash },
                new NpgsqlParameter<byte[]> { TypedValue = scope.Fingerprint },
                new NpgsqlParameter<int> { TypedValue = answer.Status },
                new NpgsqlParameter<byte[]> { TypedValue = answer.Body },
                new NpgsqlParameter { Value = now, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}
