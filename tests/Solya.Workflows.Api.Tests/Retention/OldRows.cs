using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Ids;
using Solya.Workflows.Retention;

namespace Solya.Workflows.Api.Tests.Retention;

/// <summary>Rows of long ago, written past the API, and the walk that deletes them.</summary>
internal static class OldRows
{
    /// <summary>What ended before it is deleted.</summary>
    public static readonly DateTimeOffset Instant = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Before = Instant.AddMilliseconds(-1);

    private static readonly DateTimeOffset LongBefore = Instant.AddDays(-10);

    private static int _count;

    /// <summary>A run with a step and two events. It was created long before the instant, and left alone since its end.</summary>
    /// <param name="ended">When it ended; not told for an open one.</param>
    /// <param name="events">How long its history says to be.</param>
    public static async Task<Guid> AddRunAsync(
        this TestDatabase database, string organization, string status = "COMPLETED", DateTimeOffset? ended = null, Guid? parent = null, int depth = 0,
        DateTimeOffset? created = null, DateTimeOffset? updated = null, int events = 2)
    {
        var run = NextId(created ?? LongBefore);
        var hasEnded = status is "COMPLETED" or "FAILED" or "CANCELLED";
        var end = hasEnded ? $"'{ended ?? Before:O}'" : "NULL";
        await database.ExecuteAsync(
            $"""
            INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, completed_at, updated_at, parent_run_id, depth, idempotency_key)
            VALUES ('{organization}', '{run}', 'EXTERNAL', '{status}', '{LongBefore:O}', {events}, '{LongBefore:O}', {end}, '{updated ?? ended ?? Before:O}',
                    {(parent is null ? "NULL" : $"'{parent}'")}, {depth}, 'key-{run}');
            INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, created_at, updated_at)
            VALUES ('{organization}', '{run}', '{StepIds.Of(run, "n")}', 'n', 'ACTION', 'RUNNING', 0, '{LongBefore:O}', '{LongBefore:O}', '{LongBefore:O}');
            INSERT INTO workflow_run_events (organization_id, run_id, sequence, event_type, status, created_at)
            VALUES ('{organization}', '{run}', 1, 'run.created', 'PENDING', '{LongBefore:O}'), ('{organization}', '{run}', 2, 'run.reported', '{status}', '{LongBefore:O}')
            """);
        return run;
    }

    /// <summary>A signal, decided and open questions, work of a worker, and a delivered webhook.</summary>
    public static async Task AddBelongingsAsync(this TestDatabase database, string organization, Guid run)
    {
        var step = StepIds.Of(run, "n");
        await database.ExecuteAsync(
            $"""
            INSERT INTO run_signals (organization_id, run_id, sequence, signal_type, payload, created_at) VALUES ('{organization}', '{run}', 1, 'go', 'null', '{LongBefore:O}');
            INSERT INTO approval_requests (organization_id, id, run_id, step_id, status, created_at, decided_at)
            VALUES ('{organization}', '{NextId(LongBefore)}', '{run}', '{step}', 'APPROVED', '{LongBefore:O}', '{LongBefore:O}'),
                   ('{organization}', '{NextId(LongBefore)}', '{run}', '{step}', 'PENDING', '{LongBefore:O}', NULL);
            INSERT INTO worker_tasks (organization_id, run_id, step_id, handler, config, attempt, max_attempts, due_at)
            VALUES ('{organization}', '{run}', '{step}', 'label.print', 'null', 0, 1, '{LongBefore:O}')
            """);
        await database.AddDeliveryAsync(organization, await database.AddSubscriptionAsync(organization), run);
    }

    public static async Task<Guid> AddSubscriptionAsync(this TestDatabase database, string organization)
    {
        var subscription = NextId(LongBefore);
        await database.ExecuteAsync(
            $"INSERT INTO webhook_subscriptions (organization_id, id, url, events, secret, created_at) VALUES ('{organization}', '{subscription}', 'https://receiver.invalid', '{{}}', 'secret', '{LongBefore:O}')");
        return subscription;
    }

    /// <summary>A delivery of an event. One that is to be sent is due in some hours, so that no sender takes it.</summary>
    public static async Task<Guid> AddDeliveryAsync(
        this TestDatabase database, string organization, Guid subscription, Guid run, string status = "DELIVERED", DateTimeOffset? created = null, DateTimeOffset? settled = null)
    {
        var delivery = NextId(LongBefore);
        await database.ExecuteAsync(
            $"""
            INSERT INTO webhook_deliveries (organization_id, id, subscription_id, run_id, sequence, event_type, payload, status, attempt, due_at, created_at, delivered_at)
            VALUES ('{organization}', '{delivery}', '{subscription}', '{run}', {Interlocked.Increment(ref _count)}, 'run.created', 'null', '{status}', 1,
                    {(status == "PENDING" ? "now() + interval '9 hours'" : $"'{settled ?? Before:O}'")}, '{created ?? LongBefore:O}', {(status == "DELIVERED" ? $"'{settled ?? Before:O}'" : "NULL")})
            """);
        return delivery;
    }

    /// <summary>Which of the organization's runs are there, oldest first.</summary>
    public static async Task<List<Guid>> RunsAsync(this TestDatabase database, string organization)
        => [.. await database.ScalarAsync<Guid[]>($"SELECT coalesce(array_agg(id ORDER BY id), ARRAY[]::uuid[]) FROM workflow_runs WHERE organization_id = '{organization}'")];

    /// <summary>Which of the organization's deliveries are there, oldest first.</summary>
    public static async Task<List<Guid>> DeliveriesAsync(this TestDatabase database, string organization)
        => [.. await database.ScalarAsync<Guid[]>($"SELECT coalesce(array_agg(id ORDER BY id), ARRAY[]::uuid[]) FROM webhook_deliveries WHERE organization_id = '{organization}'")];

    /// <summary>How many rows of the run each table has that speaks of runs.</summary>
    public static async Task<Dictionary<string, long>> RowsOfRunAsync(this TestDatabase database, Guid run)
    {
        var rows = new Dictionary<string, long>();
        foreach (var table in await database.ScalarAsync<string[]>("SELECT array_agg(table_name::text) FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'run_id'"))
        {
            rows.Add(table, await database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE run_id = '{run}'"));
        }

        return rows;
    }

    /// <summary>Walks over all runs; says what each transaction deleted.</summary>
    public static Task<List<int>> PurgeRunsAsync(this WorkflowsApi api, DateTimeOffset? endedBefore = null)
        => WalkAsync(from => api.Services.GetRequiredService<IRetention>().PurgeRunsAsync(from, endedBefore ?? Instant, CancellationToken.None));

    /// <inheritdoc cref="PurgeRunsAsync"/>
    public static Task<List<int>> PurgeDeliveriesAsync(this WorkflowsApi api, DateTimeOffset? settledBefore = null)
        => WalkAsync(from => api.Services.GetRequiredService<IRetention>().PurgeDeliveriesAsync(from, settledBefore ?? Instant, CancellationToken.None));

    private static async Task<List<int>> WalkAsync(Func<PurgePlace, Task<PurgeReceipt>> purge)
    {
        var deleted = new List<int>();
        PurgePlace? next = PurgePlace.Start;
        while (next is { } from)
        {
            var receipt = await purge(from);
            deleted.Add(receipt.Deleted);
            next = receipt.Next;
        }

        return deleted;
    }

    private static Guid NextId(DateTimeOffset at)
    {
        var bytes = Uuid7.FloorOf(at.ToUnixTimeMilliseconds()).ToByteArray(bigEndian: true);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Interlocked.Increment(ref _count));
        return new(bytes, bigEndian: true);
    }
}
