using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Solya.Workflows.Api.Tests.DataPlatform;
using Solya.Workflows.Retention;

namespace Solya.Workflows.Api.Tests.Retention;

/// <summary>Which runs are deleted when they ended long ago, and what goes with them.</summary>
public class PurgedRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly string _organization = NewOrganization.Id();

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("FAILED")]
    [InlineData("CANCELLED")]
    public async Task A_run_that_ended_long_ago_goes_with_everything_that_belongs_to_it(string status)
    {
        var run = await api.Database.AddRunAsync(_organization, status);
        await api.Database.AddBelongingsAsync(_organization, run);
        var rows = await api.Database.RowsOfRunAsync(run);
        // The others keep a run: a test below has them.
        Assert.All(rows.Where(table => table.Key is not ("run_queue" or "abandoned_runs")), table => Assert.True(table.Value > 0, table.Key));

        await api.PurgeRunsAsync();

        Assert.Empty(await api.Database.RunsAsync(_organization));
        Assert.All(await api.Database.RowsOfRunAsync(run), table => Assert.True(table.Value == 0, table.Key));
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("RUNNING")]
    [InlineData("WAITING")]
    [InlineData("PAUSED")]
    public async Task A_run_that_has_not_ended_stays_however_old_it_is(string status)
    {
        var run = await api.Database.AddRunAsync(_organization, status);
        await api.Database.AddBelongingsAsync(_organization, run);
        var rows = await api.Database.RowsOfRunAsync(run);

        await api.PurgeRunsAsync();

        Assert.Equal([run], await api.Database.RunsAsync(_organization));
        Assert.Equal(rows, await api.Database.RowsOfRunAsync(run));
    }

    [Fact]
    public async Task It_is_the_end_that_counts_and_not_the_start()
    {
        await api.Database.AddRunAsync(_organization, ended: OldRows.Before);
        var late = await api.Database.AddRunAsync(_organization, ended: OldRows.Instant);

        await api.PurgeRunsAsync();

        Assert.Equal([late], await api.Database.RunsAsync(_organization));
    }

    [Fact]
    public async Task An_end_that_was_told_later_or_corrected_later_counts_from_then()
    {
        var told = await api.Database.AddRunAsync(_organization, ended: OldRows.Before, updated: OldRows.Instant);
        var created = await api.Database.AddRunAsync(_organization, ended: OldRows.Before, created: OldRows.Instant);

        await api.PurgeRunsAsync();

        Assert.Equal([told, created], await api.Database.RunsAsync(_organization));
    }

    [Fact]
    public async Task Parents_and_children_go_together()
    {
        var parent = await api.Database.AddRunAsync(_organization);
        var child = await api.Database.AddRunAsync(_organization, parent: parent, depth: 1);
        await api.Database.AddRunAsync(_organization, "FAILED", parent: child, depth: 2);
        await api.Database.AddRunAsync(_organization, "CANCELLED", parent: parent, depth: 1);

        Assert.Equal(4, (await api.PurgeRunsAsync()).Sum());

        Assert.Empty(await api.Database.RunsAsync(_organization));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_family_stays_while_one_of_it_is_open_or_ended_lately(int member)
    {
        async Task AddAsync(string status, DateTimeOffset ended)
        {
            Guid? parent = null;
            for (var depth = 0; depth < 3; depth++)
            {
                parent = depth == member
                    ? await api.Database.AddRunAsync(_organization, status, ended, parent, depth)
                    : await api.Database.AddRunAsync(_organization, parent: parent, depth: depth);
            }
        }

        await AddAsync("WAITING", OldRows.Before);
        await AddAsync("COMPLETED", OldRows.Instant);
        await api.Database.AddRunAsync(_organization);

        await api.PurgeRunsAsync();

        Assert.Equal(6, (await api.Database.RunsAsync(_organization)).Count);
    }

    [Theory]
    [InlineData("INSERT INTO run_queue (organization_id, run_id, due_at, claims) VALUES ('{0}', '{1}', now() + interval '1 hour', 0)", "DELETE FROM run_queue WHERE run_id = '{1}'")]
    [InlineData("INSERT INTO abandoned_runs (organization_id, run_id, due_at) VALUES ('{0}', '{1}', now() + interval '1 hour')", "DELETE FROM abandoned_runs WHERE run_id = '{1}'")]
    [InlineData("UPDATE webhook_deliveries SET status = 'PENDING', delivered_at = NULL, due_at = now() + interval '1 hour' WHERE run_id = '{1}'", "UPDATE webhook_deliveries SET status = 'DEAD' WHERE run_id = '{1}'")]
    public async Task A_run_stays_with_its_family_while_something_that_is_to_be_done_speaks_of_it(string speak, string fallSilent)
    {
        var parent = await api.Database.AddRunAsync(_organization);
        var child = await api.Database.AddRunAsync(_organization, parent: parent, depth: 1);
        await api.Database.AddBelongingsAsync(_organization, child);
        await api.Database.ExecuteAsync(string.Format(null, speak, _organization, child));
        await api.Database.AddRunAsync(_organization);

        await api.PurgeRunsAsync();
        Assert.Equal([parent, child], await api.Database.RunsAsync(_organization));

        await api.Database.ExecuteAsync(string.Format(null, fallSilent, _organization, child));
        await api.PurgeRunsAsync();
        Assert.Empty(await api.Database.RunsAsync(_organization));
    }

    [Fact]
    public async Task Tasks_and_plans_that_a_deleted_run_made_stay()
    {
        var run = await api.Database.AddRunAsync(_organization);
        await api.Database.ExecuteAsync(
            $"""
            INSERT INTO plans (organization_id, id, plan_type, plan_name, status, workflow_run_id, created_at, updated_at)
            VALUES ('{_organization}', gen_random_uuid(), 'RESTOCK', 'q2', 'DRAFT', '{run}', now(), now());
            INSERT INTO tasks (organization_id, id, candidate_key, domain, variant_id, shop_id, status, workflow_run_id, refresh_count, created_at, updated_at)
            VALUES ('{_organization}', gen_random_uuid(), gen_random_uuid(), 'restock', 'v', 's', 'OPEN', '{run}', 0, now(), now())
            """);

        await api.PurgeRunsAsync();

        Assert.Empty(await api.Database.RunsAsync(_organization));
        Assert.Equal(2L, await api.Database.ScalarAsync<long>(
            $"SELECT (SELECT count(*) FROM plans WHERE workflow_run_id = '{run}') + (SELECT count(*) FROM tasks WHERE workflow_run_id = '{run}')"));
    }

    [Fact]
    public async Task Every_organization_is_come_to_and_keeps_what_is_its_own()
    {
        string[] organizations = [_organization, NewOrganization.Id(), NewOrganization.Id(), NewOrganization.Id()];
        await api.Database.AddRunAsync(organizations[0]);
        var open = await api.Database.AddRunAsync(organizations[1], "WAITING");
        var young = await api.Database.AddRunAsync(organizations[2], created: OldRows.Instant);
        await api.Database.AddRunAsync(organizations[3]);

        await api.PurgeRunsAsync();

        Assert.Empty(await api.Database.RunsAsync(organizations[0]));
        Assert.Equal([open], await api.Database.RunsAsync(organizations[1]));
        Assert.Equal([young], await api.Database.RunsAsync(organizations[2]));
        Assert.Empty(await api.Database.RunsAsync(organizations[3]));
    }

    [Fact]
    public async Task Many_go_in_small_transactions_and_what_stays_between_them_stops_nothing()
    {
        var kept = new List<Guid>();
        for (var i = 0; i < 1_250; i++)
        {
            if (i % 5 == 0)
            {
                kept.Add(await api.Database.AddRunAsync(_organization, "WAITING"));
            }
            else
            {
                await api.Database.AddRunAsync(_organization);
            }
        }

        var deleted = await api.PurgeRunsAsync();

        Assert.Equal(kept, await api.Database.RunsAsync(_organization));
        Assert.Equal(1_000, deleted.Sum());
        Assert.All(deleted, count => Assert.InRange(count, 0, 100));
    }

    [Fact]
    public async Task Runs_with_long_histories_go_few_at_a_time()
    {
        for (var i = 0; i < 5; i++)
        {
            await api.Database.AddRunAsync(_organization, events: i == 4 ? 12_000 : 800);
        }

        var deleted = await api.PurgeRunsAsync();

        Assert.Equal([2, 2, 1], deleted.Where(count => count > 0));
    }

    [Fact]
    public async Task A_run_that_somebody_writes_to_is_passed_over_and_nobody_waits()
    {
        var written = await api.Database.AddRunAsync(_organization, "FAILED");
        await api.Database.AddRunAsync(_organization);
        await using (var connection = await api.Database.Source.OpenConnectionAsync())
        await using (var retry = await connection.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand($"UPDATE workflow_runs SET status = 'RUNNING', completed_at = NULL WHERE id = '{written}'", connection, retry);
            await command.ExecuteNonQueryAsync();

            await api.PurgeRunsAsync();

            Assert.Equal([written], await api.Database.RunsAsync(_organization));
            await retry.RollbackAsync();
        }

        await api.PurgeRunsAsync();
        Assert.Empty(await api.Database.RunsAsync(_organization));
    }

    [Fact]
    public async Task While_one_deletes_another_gives_up_its_round_and_a_report_finds_no_run_when_that_is_done()
    {
        var run = await api.Database.AddRunAsync(_organization, "FAILED");
        var retention = api.Services.GetRequiredService<IRetention>();
        var from = new PurgePlace(_organization, Guid.Empty);
        using var client = api.CreateClient();
        Task<PurgeReceipt> purging;
        Task<ApiAnswer> reporting;
        await using (var connection = await api.Database.Source.OpenConnectionAsync())
        await using (var block = await connection.BeginTransactionAsync())
        {
            // Its run is locked and its events are deleted, but not its step.
            await using var command = new NpgsqlCommand($"SELECT FROM workflow_run_steps WHERE run_id = '{run}' FOR UPDATE", connection, block);
            await command.ExecuteNonQueryAsync();
            purging = retention.PurgeRunsAsync(from, OldRows.Instant, CancellationToken.None);
            await api.Database.SomebodyWaitsAsync();

            Assert.Equal(new PurgeReceipt(0, null), await retention.PurgeRunsAsync(from, OldRows.Instant, CancellationToken.None));
            Assert.Equal(new PurgeReceipt(0, null), await retention.PurgeDeliveriesAsync(from, OldRows.Instant, CancellationToken.None));
            reporting = client.PostAsync(
                $"/workflow-runs/{Ids.PublicId.Format(Ids.PublicId.Run, run)}/steps",
                new { organizationId = _organization, nodeId = "n", nodeType = "ACTION", status = "RUNNING", startedAt = "2026-05-23T06:00:05.000Z" });
            await block.RollbackAsync();
        }

        Assert.Equal(1, (await purging).Deleted);
        Assert.Equal(404, (await reporting).StatusCode);
        Assert.Empty(await api.Database.RunsAsync(_organization));
    }
}
