namespace Solya.Workflows.Api.Tests.DataPlatform.ZombieSweep;

/// <summary>What a sweep can be asked for, and by whom.</summary>
public class SweepRequestTests(ZombieApi api) : IClassFixture<ZombieApi>
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_dry_run_shows_the_zombies_and_touches_none()
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, Silence);
        await executor.StartStepAsync(run);
        await api.Database.AgeAsync(run, Silence);
        var before = await executor.RunAsync(run);

        var look = await executor.SweepAsync(new { dryRun = true });

        Assert.Equal(0, (int)look["swept"]!);
        Assert.Equal([run], look.Ids());
        Expect.Same(before, await executor.RunAsync(run));
        var sweep = await executor.SweepAsync(new { dryRun = false });
        Assert.Equal(1, (int)sweep["swept"]!);
        Expect.Same(look["runs"], sweep["runs"]);
    }

    [Fact]
    public async Task A_limit_takes_the_longest_silent_first()
    {
        using var executor = new Executor(api);
        var second = await executor.StartSilentRunAsync(api.Database, Silence * 2);
        var third = await executor.StartSilentRunAsync(api.Database, Silence);
        var first = await executor.StartSilentRunAsync(api.Database, Silence * 3);

        Assert.Equal([first, second], (await executor.SweepAsync(new { limit = 2 })).Ids());
        Assert.Equal([third], (await executor.SweepAsync(new { limit = 2 })).Ids());
    }

    [Fact]
    public async Task Without_a_limit_500_runs_are_swept()
    {
        using var executor = new Executor(api);
        var one = await executor.StartSilentRunAsync(api.Database, Silence);
        await api.Database.ExecuteAsync(
            $"""
            INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, started_at, updated_at)
            SELECT organization_id, gen_random_uuid(), executor, status, last_heartbeat_at, 0, created_at, started_at, updated_at
              FROM workflow_runs, generate_series(1, 500)
             WHERE id = '{RunRows.KeyOf(one)}'
            """);

        Assert.Equal(500, (int)(await executor.SweepAsync())["swept"]!);
        Assert.Equal(1, (int)(await executor.SweepAsync())["swept"]!);
    }

    [Fact]
    public async Task An_organization_is_swept_alone()
    {
        using var executor = new Executor(api);
        using var neighbour = new Executor(api, "a silent neighbour");
        var mine = await executor.StartSilentRunAsync(api.Database, Silence);
        var theirs = await neighbour.StartSilentRunAsync(api.Database, Silence);

        Assert.Equal([mine], (await executor.SweepAsync()).Ids());
        Assert.Equal([theirs], (await neighbour.SweepAsync()).Ids());
    }

    [Fact]
    public async Task Another_age_replaces_only_the_default_of_runs_without_an_interval()
    {
        using var executor = new Executor(api);
        var without = await executor.StartSilentRunAsync(api.Database, TimeSpan.FromSeconds(30));
        await executor.StartSilentRunAsync(api.Database, TimeSpan.FromSeconds(30), new { heartbeatIntervalSeconds = 60 });
        await executor.StartSilentRunAsync(api.Database, TimeSpan.FromSeconds(30), status: "PENDING");

        Assert.Empty((await executor.SweepAsync(new { olderThanSeconds = 60 })).Ids());
        var sweep = await executor.SweepAsync(new { olderThanSeconds = 10 });

        Assert.Equal([without], sweep.Ids());
        var zombie = sweep["runs"]![0]!;
        Assert.Equal(TimeSpan.FromSeconds(10), Expect.Instant(zombie["deadline"]) - Expect.Instant(zombie["lastHeartbeatAt"]));
    }

    [Fact]
    public async Task A_longer_age_spares_a_run_that_the_default_would_take()
    {
        using var executor = new Executor(api);
        var run = await executor.StartSilentRunAsync(api.Database, Silence);

        Assert.Empty((await executor.SweepAsync(new { olderThanSeconds = int.MaxValue })).Ids());
        Assert.Equal([run], (await executor.SweepAsync()).Ids());
    }

    [Theory]
    [InlineData(WorkflowsApi.CronToken)]
    [InlineData(WorkflowsApi.Token)]
    [InlineData(WorkflowsApi.RotatedToken)]
    public async Task The_body_is_optional_and_every_organization_is_swept(string token)
    {
        using var executor = new Executor(api, $"swept with {token}");
        var run = await executor.StartSilentRunAsync(api.Database, Silence);
        using var client = api.CreateClient(token);

        var sweep = Expect.Ok(await client.SendAsync(HttpMethod.Post, Sweeping.Path));

        Assert.Contains(run, sweep.Ids());
        Expect.Ok(await client.PostAsync(Sweeping.Path, "{}"));
        Expect.Ok(await client.PostAsync(Sweeping.Path, ""));
    }

    [Fact]
    public async Task The_cron_token_opens_the_sweep_and_nothing_else()
    {
        using var cron = api.CreateClient(WorkflowsApi.CronToken);
        using var nobody = api.CreateClient(token: null);

        Expect.Error(401, "UNAUTHORIZED", await cron.SendAsync(HttpMethod.Get, "/workflow-runs?organizationId=o"));
        var refused = await nobody.SendAsync(HttpMethod.Post, Sweeping.Path, "not json");
        Expect.Error(401, "UNAUTHORIZED", refused);
        Assert.Equal("Bearer", refused.Message.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("""{ "limit": 0 }""", "limit")]
    [InlineData("""{ "limit": 2.5 }""", "limit")]
    [InlineData("""{ "limit": null }""", "limit")]
    [InlineData("""{ "olderThanSeconds": -1 }""", "olderThanSeconds")]
    [InlineData("""{ "olderThanSeconds": 1e300 }""", "olderThanSeconds")]
    [InlineData("""{ "organizationId": "" }""", "organizationId")]
    [InlineData("""{ "dryRun": "yes", "organizationId": 1 }""", "dryRun", "organizationId")]
    public async Task A_bad_field_is_named(string body, params string[] fields)
    {
        using var client = api.CreateClient();

        Expect.Invalid(await client.PostAsync(Sweeping.Path, body), fields);
    }
}
