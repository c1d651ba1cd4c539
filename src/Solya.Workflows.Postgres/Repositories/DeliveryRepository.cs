using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Webhooks;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <inheritdoc cref="IWebhookDeliveries"/>
public sealed class DeliveryRepository(Database database) : IWebhookDeliveries
{
    private const int BurialBatch = 1_000;

    // The index leads with the subscription: hopping from one first entry to the next tells who has something due without
    // reading a backlog. At random, so that those with old backlogs are not always the first.
    // SKIP LOCKED: two processes that claim at once take different deliveries.
    private const string ClaimSql =
        """
        WITH RECURSIVE clock AS MATERIALIZED (
            SELECT clock_timestamp() AS now
        ), head AS (
            (SELECT organization_id, subscription_id, due_at FROM webhook_deliveries
              WHERE status = 'PENDING'
              ORDER BY organization_id, subscription_id, due_at
              LIMIT 1)
            UNION ALL
            SELECT next.organization_id, next.subscription_id, next.due_at
              FROM head
             CROSS JOIN LATERAL (
                SELECT organization_id, subscription_id, due_at FROM webhook_deliveries
                 WHERE status = 'PENDING' AND (organization_id, subscription_id) > (head.organization_id, head.subscription_id)
                 ORDER BY organization_id, subscription_id, due_at
                 LIMIT 1) next
        ), due AS MATERIALIZED (
            SELECT organization_id, subscription_id, now, count(*) OVER () AS subscriptions FROM head, clock
             WHERE due_at <= now AND subscription_id <> ALL ($3)
             ORDER BY random()
             LIMIT $1
        ), picked AS MATERIALIZED (
            SELECT mine.organization_id, mine.id
              FROM due
             CROSS JOIN LATERAL (
                SELECT organization_id, id FROM webhook_deliveries
                 WHERE status = 'PENDING' AND organization_id = due.organization_id AND subscription_id = due.subscription_id AND due_at <= due.now
                 ORDER BY due_at
                 LIMIT least($2, greatest(1, $1 / due.subscriptions))
                   FOR NO KEY UPDATE SKIP LOCKED) mine
        )
        UPDATE webhook_deliveries delivery
           SET attempt = delivery.attempt + 1, due_at = clock_timestamp() + $4
          FROM picked, webhook_subscriptions subscription
         WHERE delivery.organization_id = picked.organization_id AND delivery.id = picked.id
           AND subscription.organization_id = delivery.organization_id AND subscription.id = delivery.subscription_id
        RETURNING delivery.organization_id, delivery.id, subscription.id, subscription.url, subscription.secret, delivery.payload,
                  delivery.attempt, delivery.attempt - delivery.series_start, subscription.disabled_at IS NOT NULL
        """;

    public Task<IReadOnlyList<DueDelivery>> ClaimAsync(DeliveryClaim claim, CancellationToken ct) => database.WriteByKeyAsync<IReadOnlyList<DueDelivery>>(
        async connection =>
        {
            await using var command = new NpgsqlCommand(ClaimSql, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<int> { TypedValue = claim.Most },
                    new NpgsqlParameter<int> { TypedValue = claim.MostPerSubscription },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. claim.Except] },
                    new NpgsqlParameter<TimeSpan> { TypedValue = claim.Lease },
                },
            };
            var deliveries = new List<DueDelivery>();
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                deliveries.Add(new(
                    rows.GetString(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetString(3), rows.GetString(4), rows.GetString(5),
                    rows.GetInt32(6), rows.GetInt32(7), rows.GetBoolean(8)));
            }

            return deliveries;
        },
        ct);

    public async Task<bool> SettleAsync(DueDelivery delivery, DeliveryResult result, CancellationToken ct) => await ExecuteAsync(
        """
        UPDATE webhook_deliveries
           SET status = $4, due_at = clock_timestamp() + $5, response_status = $6, error = $7,
               delivered_at = CASE WHEN $4 = 'DELIVERED' THEN date_trunc('milliseconds', clock_timestamp()) END
         WHERE organization_id = $1 AND id = $2 AND attempt = $3 AND status = 'PENDING'
        """,
        ct,
        new NpgsqlParameter<string> { TypedValue = delivery.OrganizationId },
        new NpgsqlParameter<Guid> { TypedValue = delivery.Id },
        new NpgsqlParameter<int> { TypedValue = delivery.Attempt },
        new NpgsqlParameter<string> { TypedValue = result.Status.Text() },
        new NpgsqlParameter<TimeSpan> { TypedValue = result.RetryAfter },
        new NpgsqlParameter { Value = (object?)result.ResponseStatus ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
        new NpgsqlParameter { Value = (object?)result.Error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }) == 1;

    public Task DisableAsync(string organizationId, Guid subscriptionId, CancellationToken ct) => ExecuteAsync(
        """
        UPDATE webhook_subscriptions SET disabled_at = date_trunc('milliseconds', clock_timestamp())
         WHERE organization_id = $1 AND id = $2 AND disabled_at IS NULL
        """,
        ct,
        new NpgsqlParameter<string> { TypedValue = organizationId },
        new NpgsqlParameter<Guid> { TypedValue = subscriptionId });

    public async Task BuryAsync(string organizationId, Guid subscriptionId, CancellationToken ct)
    {
        int buried;
        do
        {
            buried = await ExecuteAsync(
                """
                WITH pending AS MATERIALIZED (
                    SELECT delivery.organization_id, delivery.id
                      FROM webhook_subscriptions subscription
                     CROSS JOIN LATERAL (
                        SELECT organization_id, id FROM webhook_deliveries
                         WHERE status = 'PENDING' AND organization_id = subscription.organization_id AND subscription_id = subscription.id
                         ORDER BY due_at
                         LIMIT $3
                           FOR NO KEY UPDATE SKIP LOCKED) delivery
                     WHERE subscription.organization_id = $1 AND subscription.id = $2 AND subscription.disabled_at IS NOT NULL
                )
                UPDATE webhook_deliveries delivery
                   SET status = 'DEAD', error = 'The receiver has said that it wants no more messages.'
                  FROM pending
                 WHERE delivery.organization_id = pending.organization_id AND delivery.id = pending.id
                """,
                ct,
                new NpgsqlParameter<string> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = subscriptionId },
                new NpgsqlParameter<int> { TypedValue = BurialBatch });
        }
        while (buried == BurialBatch);
    }

    private Task<int> ExecuteAsync(string sql, CancellationToken ct, params NpgsqlParameter[] parameters) => database.WriteByKeyAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(parameters);
            return await command.ExecuteNonQueryAsync(ct);
        },
        ct);
}
