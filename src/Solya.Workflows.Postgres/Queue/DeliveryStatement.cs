using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Postgres.Writes;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>An event that subscribers may want to be told of.</summary>
/// <param name="LeaseEpoch">The lease under which it is written; null outside of the engine.</param>
/// <param name="ExpectedSequence">The run's newest event before it, when it is written under a lease.</param>
internal readonly record struct TellableEvent(
    string OrganizationId, Guid RunId, long Sequence, string EventType, string Body, DateTimeOffset CreatedAt, long? LeaseEpoch = null, long? ExpectedSequence = null);

/// <summary>Puts a delivery aside for every subscription to an event, in the transaction that writes the event.</summary>
internal static class DeliveryStatement
{
    // The subscriptions are locked before the deliveries refer to them: one that is being deleted is passed over at once,
    // instead of making the event wait for that and then fail by the foreign key.
    private const string Sql =
        """
        INSERT INTO webhook_deliveries (
            organization_id, id, subscription_id, run_id, sequence, event_type, payload, status, attempt, due_at, created_at)
        SELECT event.organization_id, md5(subscription.id::text || event.run_id::text || event.sequence::text)::uuid, subscription.id,
               event.run_id, event.sequence, event.event_type, event.body::json, 'PENDING', 0, clock_timestamp(), event.created_at
          FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            AS event(organization_id, run_id, sequence, event_type, body, created_at, lease_epoch, expected_sequence)
         CROSS JOIN LATERAL (
            SELECT id FROM webhook_subscriptions
             WHERE organization_id = event.organization_id AND disabled_at IS NULL AND event.event_type = ANY (events)
               FOR KEY SHARE SKIP LOCKED) subscription
         WHERE event.lease_epoch IS NULL
            OR (event.lease_epoch = (SELECT lease_epoch FROM run_queue WHERE organization_id = event.organization_id AND run_id = event.run_id)
                AND event.expected_sequence = (SELECT event_sequence FROM workflow_runs WHERE organization_id = event.organization_id AND id = event.run_id))
        ON CONFLICT (organization_id, subscription_id, run_id, sequence) DO NOTHING
        """;

    public static NpgsqlBatchCommand For(IReadOnlyList<TellableEvent> events)
    {
        var command = new NpgsqlBatchCommand(Sql);
        command.Parameters.AddColumn(NpgsqlDbType.Text, events, e => e.OrganizationId);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, events, e => e.RunId);
        command.Parameters.AddColumn(NpgsqlDbType.Bigint, events, e => e.Sequence);
        command.Parameters.AddColumn(NpgsqlDbType.Text, events, e => e.EventType);
        command.Parameters.AddColumn(NpgsqlDbType.Text, events, e => e.Body);
        command.Parameters.AddColumn(NpgsqlDbType.TimestampTz, events, e => e.CreatedAt);
        command.Parameters.AddColumn(NpgsqlDbType.Bigint, events, e => e.LeaseEpoch);
        command.Parameters.AddColumn(NpgsqlDbType.Bigint, events, e => e.ExpectedSequence);
        return command;
    }
}
