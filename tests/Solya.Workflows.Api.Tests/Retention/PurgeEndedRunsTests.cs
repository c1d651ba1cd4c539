using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Solya.Workflows.Api.Tests.DataPlatform;
using Solya.Workflows.Api.Tests.V1;
using Solya.Workflows.Api.Tests.Workflows;
using Solya.Workflows.Engine;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Retention;

namespace Solya.Workflows.Api.Tests.Retention;

/// <summary>The duty deletes by the service's clock and settings; what it has deleted is not there for anybody.</summary>
public class PurgeEndedRunsTests
{
    private static readonly RetentionOptions ThirtyDays = new(TimeSpan.FromDays(30), TimeSpan.FromDays(30));

    [Fact]
    public async Task A_run_goes_when_its_time_is_over_and_not_before()
    {
        await using var api = new ApiOfItsOwn();
        await api.StartAsync();
        using var client = api.CreateClient();
        var ended = (string)(await client.PostAsync("/workflow-runs", new { organizationId = "org", externalRunId = "job-1" })).Data["id"]!;
        var open = (string)(await client.PostAsync("/workflow-runs", new { organizationId = "org" })).Data["id"]!;
        Assert.Equal(200, (await client.PatchAsync($"/workflow-runs/{ended}", new { organizationId = "org", status = "COMPLETED" })).StatusCode);

        api.Clock.Advance(TimeSpan.FromDays(29));
        await RoundAsync(api, ThirtyDays);
        Assert.Equal(2L, await api.Database.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));

        api.Clock.Advance(TimeSpan.FromDays(2));
        await RoundAsync(api, ThirtyDays);
        Assert.Equal([RunRows.KeyOf(open)], await api.Database.RunsAsync("org"));
        Assert.Equal(404, (await client.SendAsync(HttpMethod.Get, $"/workflow-runs/{ended}?organizationId=org")).StatusCode);
        Assert.Equal(404, (await client.PatchAsync($"/workflow-runs/{ended}", new { organizationId = "org", status = "COMPLETED" })).StatusCode);
        Assert.Equal(404, (await client.PostAsync($"/workflow-runs/{ended}/heartbeat", new { organizationId = "org" })).StatusCode);

        var again = await client.PostAsync("/workflow-runs", new { organizationId = "org", externalRunId = "job-1" });
        Assert.Equal("PENDING", (string?)again.Data["status"]);
        Assert.NotEqual(ended, (string?)again.Data["id"]);
    }

    [Fact]
    public async Task Runs_are_kept_for_good_unless_an_age_is_set()
    {
        await using var api = new ApiOfItsOwn();
        await api.StartAsync();
        var run = await api.Database.AddRunAsync("org");
        await api.Database.AddDeliveryAsync("org", await api.Database.AddSubscriptionAsync("org"), run);

        await RoundAsync(api, RetentionOptions.Default);

        Assert.Equal([run], await api.Database.RunsAsync("org"));
        Assert.Empty(await api.Database.DeliveriesAsync("org"));
    }

    [Fact]
    public async Task A_deleted_run_of_a_workspace_is_found_nowhere_and_its_key_starts_another()
    {
        await using var api = new ApiOfItsOwn();
        await api.StartAsync();
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var definition = (string)(await program.PostAsync("/v1/workflow-definitions", JsonNode.Parse(
            """{ "name": "n", "version": "1", "steps": [ { "name": "set", "type": "task", "handler": "state.set", "config": { "a": 1 } } ] }""")!.ToJsonString())).Data["id"]!;
        async Task<string> StartAsync() => (string)(await program.PostAsync("/v1/workflow-runs", new { definitionId = definition, input = new { }, idempotencyKey = "once" })).Data["id"]!;
        var run = await StartAsync();
        await program.UntilAsync(run, "COMPLETED");
        Assert.Equal(run, await StartAsync());

        api.Clock.Advance(TimeSpan.FromDays(31));
        await RoundAsync(api, ThirtyDays);

        foreach (var page in new[] { "", "/steps", "/events", "/events/stream", "/explain" })
        {
            Assert.Equal(404, (await program.GetAsync($"/v1/workflow-runs/{run}{page}")).StatusCode);
        }

        foreach (var command in new[] { "cancel", "resume", "retry" })
        {
            Assert.Equal(404, (await program.PostAsync($"/v1/workflow-runs/{run}/{command}", command == "resume" ? new { signalType = "go" } : new { })).StatusCode);
        }

        Assert.Equal(404, (await program.PostAsync($"/v1/workflow-runs/{run}/signals", new { signalType = "go" })).StatusCode);
        Assert.NotEqual(run, await StartAsync());
    }

    [Fact]
    public async Task A_deleted_run_of_a_graph_cannot_be_repeated()
    {
        await using var api = new ApiOfItsOwn();
        await api.StartAsync();
        using var person = new Person(api);
        var run = (string)(await person.ExecuteAsync((string)(await person.StoreAsync())["id"]!)).Body["id"]!;
        await person.EndedRunAsync(run);

        api.Clock.Advance(TimeSpan.FromDays(31));
        await RoundAsync(api, ThirtyDays);

        Assert.Equal(404, (await person.GetAsync($"/workflows/runs/{run}")).StatusCode);
        Assert.Equal(404, (await person.PostAsync($"/workflows/runs/{run}/rerun")).StatusCode);
        Assert.Equal(404, (await person.PostAsync($"/workflows/runs/{run}/resume-from/greet")).StatusCode);
    }

    [Fact]
    public async Task It_rests_nineteen_times_as_long_as_it_works()
    {
        var slow = new Recorded(new SlowRetention());
        using var duty = DutyOf(slow, ThirtyDays, TimeProvider.System);
        await duty.StartAsync(CancellationToken.None);
        await slow.WalkedAsync();
        await duty.StopAsync(CancellationToken.None);

        var begins = slow.Begins.Order().ToList();
        Assert.Equal(4, begins.Count); // two transactions for runs, two for deliveries
        Assert.All(begins.Zip(begins.Skip(1)), pair => Assert.True(Stopwatch.GetElapsedTime(pair.First, pair.Second) > TimeSpan.FromMilliseconds(390)));
    }

    private static async Task RoundAsync(WorkflowsApi api, RetentionOptions options)
    {
        var recorded = new Recorded(api.Services.GetRequiredService<IRetention>());
        using var duty = DutyOf(recorded, options, api.Clock);
        await duty.StartAsync(CancellationToken.None);
        await recorded.WalkedAsync();
        await duty.StopAsync(CancellationToken.None);
    }

    private static PurgeEndedRuns DutyOf(IRetention retention, RetentionOptions options, TimeProvider clock)
    {
        var start = new EngineStart();
        start.Open();
        return new(retention, options, start, clock, NullLogger<PurgeEndedRuns>.Instance);
    }

    /// <summary>Tells when the walk over the deliveries, which comes last, is over.</summary>
    private sealed class Recorded(IRetention inner) : IRetention
    {
        private readonly TaskCompletionSource _walked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentBag<long> Begins { get; } = [];

        public Task WalkedAsync() => _walked.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public Task<PurgeReceipt> PurgeRunsAsync(PurgePlace from, DateTimeOffset endedBefore, CancellationToken ct)
        {
            Begins.Add(Stopwatch.GetTimestamp());
            return inner.PurgeRunsAsync(from, endedBefore, ct);
        }

        public async Task<PurgeReceipt> PurgeDeliveriesAsync(PurgePlace from, DateTimeOffset settledBefore, CancellationToken ct)
        {
            Begins.Add(Stopwatch.GetTimestamp());
            var receipt = await inner.PurgeDeliveriesAsync(from, settledBefore, ct);
            if (receipt.Next is null)
            {
                _walked.TrySetResult();
            }

            return receipt;
        }
    }

    /// <summary>Needs 20 ms for each of two transactions.</summary>
    private sealed class SlowRetention : IRetention
    {
        public Task<PurgeReceipt> PurgeRunsAsync(PurgePlace from, DateTimeOffset endedBefore, CancellationToken ct) => WorkAsync(from);

        public Task<PurgeReceipt> PurgeDeliveriesAsync(PurgePlace from, DateTimeOffset settledBefore, CancellationToken ct) => WorkAsync(from);

        private static Task<PurgeReceipt> WorkAsync(PurgePlace from)
        {
            var began = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(20));
            return Task.FromResult(new PurgeReceipt(0, from == PurgePlace.Start ? new PurgePlace("a", Guid.Empty) : null));
        }
    }
}
