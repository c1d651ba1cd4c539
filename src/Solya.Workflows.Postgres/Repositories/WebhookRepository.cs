using Microsoft.EntityFrameworkCore;
using Npgsql;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Subscriptions to events, and what was sent to them.</summary>
public sealed class WebhookRepository(Lazy<WorkflowsContext> lazyContext, Database database, AmbientTransaction ambient, IdGenerator ids)
{
    private WorkflowsContext Context => lazyContext.Value;

    /// <summary>Subscribes an organization to events that happen from now on.</summary>
    /// <param name="secret">What deliveries are signed with.</param>
    public async Task<WebhookSubscription> SubscribeAsync(string organizationId, string url, string[] events, string secret, CancellationToken ct)
    {
        var (id, createdAt) = ids.Next();
        await WriteAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    "INSERT INTO webhook_subscriptions (organization_id, id, url, events, secret, created_at) VALUES ($1, $2, $3, $4, $5, $6)", connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = organizationId },
                        new NpgsqlParameter<Guid> { TypedValue = id },
                        new NpgsqlParameter<string> { TypedValue = url },
                        new NpgsqlParameter<string[]> { TypedValue = events },
                        new NpgsqlParameter<string> { TypedValue = secret },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = createdAt },
                    },
                };
                return await command.ExecuteNonQueryAsync(ct);
            },
            ct);
        return new() { OrganizationId = organizationId, Id = id, Url = url, Events = events, Secret = secret, CreatedAt = createdAt };
    }

    /// <summary>The subscriptions of an organization, newest first, disabled ones too.</summary>
    public Task<Page<WebhookSubscription>> ListSubscriptionsAsync(string organizationId, PageRequest page, CancellationToken ct)
        => Context.WebhookSubscriptions.AsNoTracking().Where(row => row.OrganizationId == organizationId).ToPageAsync(page, row => row.Id, ct);

    /// <summary>One subscription, or null when the organization has none of that id.</summary>
    public Task<WebhookSubscription?> FindSubscriptionAsync(string organizationId, Guid subscriptionId, CancellationToken ct)
        => Context.WebhookSubscriptions.AsNoTracking().SingleOrDefaultAsync(row => row.OrganizationId == organizationId && row.Id == subscriptionId, ct);

    /// <summary>Removes a subscription and what was or was to be sent to it; false when the organization has none of that id.</summary>
    public Task<bool> UnsubscribeAsync(string organizationId, Guid subscriptionId, CancellationToken ct)
        // Its deliveries may be many: they go with it.
        => database.WriteLongAsync(
            connection => connection.ExecuteBulkAsync(
                database.Options,
                [
                    new NpgsqlBatchCommand("DELETE FROM webhook_subscriptions WHERE organization_id = $1 AND id = $2 RETURNING true")
                    {
                        Parameters =
                        {
                            new NpgsqlParameter<string> { TypedValue = organizationId },
                            new NpgsqlParameter<Guid> { TypedValue = subscriptionId },
                        },
                    },
                ],
                rows => rows.ReadAsync(ct),
                ct),
            ct);

    /// <summary>What was sent, or is to be sent, to a subscription, newest first.</summary>
    public async Task<Page<WebhookDelivery>> ListDeliveriesAsync(
        string organizationId, Guid subscriptionId, DeliveryStatus? status, PageRequest page, CancellationToken ct)
    {
        var matching = Context.WebhookDeliveries.AsNoTracking().Where(row => row.OrganizationId == organizationId && row.SubscriptionId == subscriptionId);
        if (status is { } wanted)
        {
            matching = matching.Where(row => row.Status == wanted);
        }

        var total = await matching.Take(Page.MostCounted + 1).LongCountAsync(ct);
        var rest = matching;
        if (page.Before is { } before)
        {
            // Their ids do not follow creation: the time decides, and the id only between equals.
            var last = await Context.WebhookDeliveries
                .Where(row => row.OrganizationId == organizationId && row.SubscriptionId == subscriptionId && row.Id == before)
                .Select(row => (DateTimeOffset?)row.CreatedAt)
                .SingleOrDefaultAsync(ct);
            if (last is not { } createdAt)
            {
                return new([], total, HasMore: false);
            }

            rest = rest.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.CreatedAt, row.Id), ValueTuple.Create(createdAt, before)));
        }

        var rows = await rest.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Skip(page.Offset).Take(page.Limit + 1).ToListAsync(ct);
        return new(rows.Take(page.Limit).ToList(), total, rows.Count > page.Limit);
    }

    /// <summary>Puts a delivery in line again, due at once and with all its attempts, whatever became of it before.</summary>
    public Task<Redelivery> RedeliverAsync(string organizationId, Guid subscriptionId, Guid deliveryId, CancellationToken ct) => WriteAsync<Redelivery>(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                UPDATE webhook_deliveries
                   SET status = 'PENDING', due_at = clock_timestamp(), series_start = attempt, delivered_at = NULL
                 WHERE organization_id = $1 AND subscription_id = $2 AND id = $3
                   AND EXISTS (SELECT FROM webhook_subscriptions WHERE organization_id = $1 AND id = $2 AND disabled_at IS NULL)
                RETURNING run_id, sequence, event_type, payload, attempt, due_at, response_status, error, created_at
                """,
                connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = organizationId },
                    new NpgsqlParameter<Guid> { TypedValue = subscriptionId },
                    new NpgsqlParameter<Guid> { TypedValue = deliveryId },
                },
            };
            await using (var row = await command.ExecuteReaderAsync(ct))
            {
                if (await row.ReadAsync(ct))
                {
                    return new(RedeliveryOutcome.Queued, new()
                    {
                        OrganizationId = organizationId,
                        Id = deliveryId,
                        SubscriptionId = subscriptionId,
                        RunId = row.GetGuid(0),
                        Sequence = row.GetInt64(1),
                        EventType = row.GetString(2),
                        Payload = row.GetString(3),
                        Status = DeliveryStatus.Pending,
                        Attempt = row.GetInt32(4),
                        SeriesStart = row.GetInt32(4),
                        DueAt = row.GetFieldValue<DateTimeOffset>(5),
                        ResponseStatus = row.IsDBNull(6) ? null : row.GetInt32(6),
                        Error = row.IsDBNull(7) ? null : row.GetString(7),
                        CreatedAt = row.GetFieldValue<DateTimeOffset>(8),
                    });
                }
            }

            command.CommandText = "SELECT EXISTS (SELECT FROM webhook_deliveries WHERE organization_id = $1 AND subscription_id = $2 AND id = $3)";
            var exists = (bool)(await command.ExecuteScalarAsync(ct))!;
            return new(exists ? RedeliveryOutcome.ReceiverGone : RedeliveryOutcome.NotFound);
        },
        ct);

    private Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => ambient.Connection is { } joined ? write(joined) : database.WriteAsync(write, ct);
}
