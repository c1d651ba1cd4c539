using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>A tick starts exactly one run, in time, whoever looks.</summary>
public class ScheduledRunTests
{
    [Fact]
    public async Task A_tick_starts_one_run_however_many_look_for_it_at_the_same_time()
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api);
        for (var i = 0; i < 20; i++)
        {
            await person.StoreAsync(more: """, "schedule_type": "interval", "schedule_value": "3600" """);
        }

        var now = api.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        var decided = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.Services.GetRequiredService<IScheduledRuns>().StartDueAsync(5, now, CancellationToken.None)));
        while (await api.Services.GetRequiredService<IScheduledRuns>().StartDueAsync(5, now, CancellationToken.None) > 0)
        {
        }

        Assert.True(decided.Sum() <= 20);
        Assert.Equal(20, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));
        Assert.Equal(20, await api.Database.ScalarAsync<long>("SELECT count(DISTINCT workflow_id) FROM workflow_runs"));
        Assert.Equal(20, await api.Database.ScalarAsync<long>("SELECT count(*) FROM run_queue"));
    }

    [Fact]
    public async Task The_tick_is_the_payload_and_the_key_of_its_run()
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api);
        var workflow = await person.StoreAsync(more: """, "schedule_type": "interval", "schedule_value": "3600" """);
        var tick = (string)workflow["next_run_at"]!;

        await StartDueAsync(api, TimeSpan.FromHours(1));

        var run = Assert.Single((await person.GetAsync($"/workflows/{workflow["id"]}/executions")).Body["data"]!.AsArray())!;
        Assert.Equal(tick, (string?)run["trigger_payload"]!["scheduled_at"]);
        Assert.EndsWith(tick, await api.Database.ScalarAsync<string>("SELECT idempotency_key FROM workflow_runs"), StringComparison.Ordinal);
        var next = DateTimeOffset.Parse((string)(await person.GetAsync($"/workflows/{workflow["id"]}")).Body["next_run_at"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(TimeSpan.FromHours(1), next - DateTimeOffset.Parse(tick, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_inactive_workflow_does_not_tick_and_owes_nothing_when_it_is_active_again()
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(more: """, "schedule_type": "interval", "schedule_value": "60" """))["id"]!;

        var paused = (await person.PatchAsync($"/workflows/{id}", """{ "is_active": false }""")).Body;
        await StartDueAsync(api, TimeSpan.FromMinutes(10));
        await person.PatchAsync($"/workflows/{id}", """{ "is_active": true }""");
        await StartDueAsync(api, TimeSpan.Zero);

        Assert.Null(paused["next_run_at"]);
        Assert.Equal(0, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));
    }

    [Theory]
    [InlineData("skip", 1)]
    [InlineData("allow", 2)]
    [InlineData("queue", 1)]
    public async Task While_the_run_of_an_earlier_tick_goes_on_the_next_one_does_what_overlap_says(string overlap, long runs)
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api, overlap);
        var id = (string)(await person.StoreAsync(more: $$""", "schedule_type": "interval", "schedule_value": "60", "overlap": "{{overlap}}" """))["id"]!;

        await StartDueAsync(api, TimeSpan.FromSeconds(60));
        await StartDueAsync(api, TimeSpan.FromSeconds(60));

        var listed = (await person.GetAsync($"/workflows/{id}/executions")).Body["data"]!.AsArray();
        Assert.Equal(runs, listed.Count);
        if (overlap == "queue")
        {
            await person.PostAsync($"/workflows/runs/{listed[0]!["id"]}/cancel");
            await StartDueAsync(api, TimeSpan.FromSeconds(15));
            Assert.Equal(2, (await person.GetAsync($"/workflows/{id}/executions")).Body["data"]!.AsArray().Count);
        }
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("last", 1)]
    [InlineData("all", 5)]
    public async Task After_an_outage_missed_ticks_run_as_catch_up_says(string catchUp, long runs)
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api, catchUp);
        await person.StoreAsync(more: $$""", "schedule_type": "interval", "schedule_value": "600", "catch_up": "{{catchUp}}", "overlap": "allow" """);

        await StartDueAsync(api, TimeSpan.FromMinutes(52));

        Assert.Equal(runs, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));
    }

    [Fact]
    public async Task Two_engines_on_one_database_start_each_tick_once()
    {
        await using var api = new ApiOfItsOwn();
        await api.StartAsync();
        await using var other = new SecondEngine(api);
        await other.StartAsync();
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(
            """ "nodes": [ { "id": "n", "type": "action", "data": { "componentId": "set", "values": { "at": "{{ context.scheduled_at }}" } } } ] """,
            """, "schedule_type": "interval", "schedule_value": "1", "overlap": "allow" """))["id"]!;

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs WHERE status = 'COMPLETED'") < 4)
        {
            Assert.False(deadline.IsCancellationRequested, await api.Database.ScalarAsync<string>("SELECT coalesce(string_agg(status || coalesce(error_message, ''), ','), 'none') FROM workflow_runs"));
            await poll.WaitForNextTickAsync(CancellationToken.None);
        }

        await person.PatchAsync($"/workflows/{id}", """{ "is_active": false }""");
        var ticks = await api.Database.ScalarAsync<long>("SELECT count(DISTINCT scheduled_for) FROM workflow_runs");
        Assert.Equal(ticks, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));
        Assert.Equal(
            ticks - 1,
            await api.Database.ScalarAsync<long>("SELECT extract(epoch FROM max(scheduled_for) - min(scheduled_for))::bigint FROM workflow_runs"));
    }

    [Fact]
    public async Task Ten_thousand_schedules_that_are_due_at_once_start_within_ten_seconds()
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api);
        await person.StoreAsync(more: """, "schedule_type": "cron", "schedule_value": "* * * * *" """);
        await api.Database.ExecuteAsync(
            """
            INSERT INTO workflows (organization_id, id, face, name, status, latest_version, schedule_type, schedule_value, timezone, catch_up, overlap, next_run_at,
                                   schedule_anchor, schedule_due_at, waiting_ticks, webhook_token, webhook_token_hash, created_at, updated_at)
            SELECT organization_id, gen_random_uuid(), face, name, status, latest_version, schedule_type, schedule_value, timezone, catch_up, overlap, next_run_at,
                   schedule_anchor, schedule_due_at, waiting_ticks, 't', sha256(n::text::bytea), created_at, updated_at
              FROM workflows, generate_series(1, 9999) n;
            INSERT INTO workflow_versions (organization_id, workflow_id, number, format, document, created_at)
            SELECT w.organization_id, w.id, 1, 'GRAPH', (SELECT document FROM workflow_versions LIMIT 1), w.created_at
              FROM workflows w WHERE NOT EXISTS (SELECT FROM workflow_versions v WHERE v.workflow_id = w.id);
            """);
        var schedules = api.Services.GetRequiredService<IScheduledRuns>();
        var now = api.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);

        var began = Stopwatch.GetTimestamp();
        while (await schedules.StartDueAsync(500, now, CancellationToken.None) == 500)
        {
        }

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(10_000, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));
        Assert.Equal(0, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflows WHERE schedule_due_at <= next_run_at - interval '1 second'"));
    }

    [Fact]
    public async Task The_preview_shows_the_coming_ticks_and_what_the_rules_would_do()
    {
        await using var api = new WithoutEngine();
        await api.StartAsync();
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(
            more: """, "schedule_type": "daily", "schedule_value": "09:00", "timezone": "Europe/Berlin", "catch_up": "all", "overlap": "queue" """))["id"]!;

        var preview = await person.GetAsync($"/workflows/{id}/schedule/preview?count=3");

        Assert.Equal(["timezone", "ticks"], preview.Body.Select(property => property.Key));
        Assert.Equal("Europe/Berlin", (string?)preview.Body["timezone"]);
        var ticks = preview.Body["ticks"]!.AsArray();
        Assert.Equal(3, ticks.Count);
        Assert.All(ticks, tick =>
        {
            Assert.Equal(["at", "local", "catch_up", "overlap"], tick!.AsObject().Select(property => property.Key));
            Assert.Contains("T09:00:00.000+", (string)tick["local"]!, StringComparison.Ordinal);
            Assert.Equal(("runs", "queued"), ((string)tick["catch_up"]!, (string)tick["overlap"]!));
        });
        Assert.Equal(422, (await person.GetAsync($"/workflows/{id}/schedule/preview?count=501")).StatusCode);
        Assert.Equal(422, (await person.GetAsync($"/workflows/{id}/schedule/preview?count=0")).StatusCode);
    }

    private static async Task StartDueAsync(WorkflowsApi api, TimeSpan later)
    {
        api.Clock.Advance(later);
        await api.Services.GetRequiredService<IScheduledRuns>().StartDueAsync(500, api.Clock.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>Nobody looks at schedules but the test.</summary>
    private sealed class WithoutEngine : WorkflowsApi
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Engine:Enabled"] = "false" };
    }

    /// <summary>A second service on the database of the first.</summary>
    private sealed class SecondEngine(WorkflowsApi first) : WorkflowsApi
    {
        protected override IReadOnlyDictionary<string, string> Settings
            => new Dictionary<string, string> { ["ConnectionStrings:Workflows"] = first.Database.ConnectionString };
    }
}
