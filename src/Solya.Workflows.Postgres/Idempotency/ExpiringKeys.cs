using Npgsql;
using Solya.Workflows.Idempotency;

namespace Solya.Workflows.Postgres.Idempotency;

/// <inheritdoc cref="IExpiringKeys"/>
internal sealed class ExpiringKeys(Database database) : IExpiringKeys
{
    public Task<int> ForgetExpiredKeysAsync(DateTimeOffset now, int limit, CancellationToken ct)
        => database.WriteAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    """
                    DELETE FROM idempotency_keys
                     WHERE (organization_id, key_hash) IN (
                        SELECT organization_id, key_hash FROM idempotency_keys
                         WHERE created_at < $1
                         ORDER BY created_at
                         LIMIT $2
                           FOR UPDATE SKIP LOCKED)
                    """,
                    connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = now - IdempotencyRepository.Lifetime },
                        new NpgsqlParameter<int> { TypedValue = limit },
                    },
                };
                return await command.ExecuteNonQueryAsync(ct);
            },
            ct);
}
