using Npgsql;

namespace Solya.Workflows.Api.Tests.Retention;

/// <summary>Which webhook deliveries are deleted when they were settled long ago.</summary>
public class PurgedDeliveryTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly string _organization = NewOrganization.Id();

    [Fact]
    public async Task Deliveries_settled_long_ago_go_and_the_run_and_all_others_stay()
    {
        var run = await api.Database.AddRunAsync(_organization);
        var subscription = await api.Database.AddSubscriptionAsync(_organization);
        await api.Database.AddDeliveryAsync(_organization, subscription, run);
        await api.Database.AddDeliveryAsync(_organization, subscription, run, "DEAD");
        await api.Database.AddDeliveryAsync(_organization, await api.Database.AddSubscriptionAsync(_organization), run);
        var pending = await api.Database.AddDeliveryAsync(_organization, subscription, run, "PENDING");
        var young = await api.Database.AddDeliveryAsync(_organization, subscription, run, created: OldRows.Instant, settled: OldRows.Instant);
        var settledLater = await api.Database.AddDeliveryAsync(_organization, subscription, run, "DEAD", settled: OldRows.Instant);

        Assert.Equal(3, (await api.PurgeDeliveriesAsync()).Sum());

        Assert.Equal([pending, young, settledLater], await api.Database.DeliveriesAsync(_organization));
        Assert.Equal([run], await api.Database.RunsAsync(_organization));
    }

    [Fact]
    public async Task Many_deliveries_of_many_subscriptions_go_in_small_transactions()
    {
        var run = await api.Database.AddRunAsync(_organization);
        for (var i = 0; i < 120; i++)
        {
            await api.Database.AddDeliveryAsync(_organization, await api.Database.AddSubscriptionAsync(_organization), run);
        }

        var many = await api.Database.AddSubscriptionAsync(_organization);
        await api.Database.ExecuteAsync(
            $"""
            INSERT INTO webhook_deliveries (organization_id, id, subscription_id, run_id, sequence, event_type, payload, status, attempt, due_at, created_at)
            SELECT '{_organization}', gen_random_uuid(), '{many}', '{run}', n, 'run.created', 'null', 'DEAD', 1, '{OldRows.Before:O}', '{OldRows.Before:O}' FROM generate_series(1000001, 1002500) n
            """);

        var deleted = await api.PurgeDeliveriesAsync();

        Assert.Empty(await api.Database.DeliveriesAsync(_organization));
        Assert.Equal(2_620, deleted.Sum());
        Assert.All(deleted, count => Assert.InRange(count, 0, 1_000));
    }

    [Fact]
    public async Task A_subscription_that_is_being_deleted_is_passed_over()
    {
        var run = await api.Database.AddRunAsync(_organization);
        var subscription = await api.Database.AddSubscriptionAsync(_organization);
        var delivery = await api.Database.AddDeliveryAsync(_organization, subscription, run);
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var deletion = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"DELETE FROM webhook_subscriptions WHERE id = '{subscription}'", connection, deletion);
        await command.ExecuteNonQueryAsync();

        // Two that delete the same rows in two orders would deadlock: neither waits for the other.
        await api.PurgeDeliveriesAsync();
        await api.PurgeRunsAsync();

        Assert.Equal([delivery], await api.Database.DeliveriesAsync(_organization));
        Assert.Empty(await api.Database.RunsAsync(_organization));
        await deletion.CommitAsync();
        Assert.Empty(await api.Database.DeliveriesAsync(_organization));
    }
}
