using System.Diagnostics;
using System.Text.Json.Nodes;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Api.Tests.V1.Webhooks;

/// <summary>A service that may send webhooks to loopback.</summary>
public sealed class WebhookFixture : WorkflowsApi, IAsyncLifetime
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Webhooks:AllowPrivateNetworks"] = "true" };

    Task IAsyncLifetime.InitializeAsync() => StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}

/// <summary>What the tests of webhooks do with the service.</summary>
internal static class Subscriptions
{
    public const string Path = "/v1/webhooks";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<JsonObject> SubscribeAsync(this ProgramOfWorkspace program, string url, params string[] events)
        => V1Expect.Success(201, await program.PostAsync(Path, new { url, events }));

    /// <summary>Starts a run of a definition with these steps.</summary>
    public static async Task<string> RunAsync(this ProgramOfWorkspace program, string steps)
    {
        var definition = V1Expect.Success(201, await program.PostAsync(
            "/v1/workflow-definitions", $$"""{ "name": "{{Guid.CreateVersion7()}}", "version": "1", "steps": {{steps}} }"""));
        return (string)V1Expect.Success(201, await program.PostAsync("/v1/workflow-runs", new { definitionId = (string)definition["id"]! }))["id"]!;
    }

    /// <summary>Starts a run that completes at once.</summary>
    public static Task<string> CompleteRunAsync(this ProgramOfWorkspace program)
        => program.RunAsync("""[ { "name": "set", "type": "task", "handler": "state.set", "config": { "a": 1 } } ]""");

    /// <summary>Starts a run that waits for a signal, and sees that it does.</summary>
    public static async Task<string> WaitingRunAsync(this ProgramOfWorkspace program)
    {
        var run = await program.RunAsync("""[ { "name": "wait", "type": "external_event", "signalType": "go" } ]""");
        await EventuallyAsync(async () => (string?)V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}"))["status"] == "WAITING", "the run waits");
        return run;
    }

    public static async Task<JsonObject[]> DeliveriesAsync(this ProgramOfWorkspace program, JsonNode? webhook, string query = "")
    {
        var answer = await program.GetAsync($"{Path}/{webhook}/deliveries?pageSize=100{query}");
        Assert.True(answer.StatusCode == 200, answer.Text);
        return [.. answer.Body["data"]!.AsArray().Select(entry => entry!.AsObject())];
    }

    /// <summary>Waits until the newest delivery is as wanted.</summary>
    public static async Task<JsonObject> DeliveryAsync(this ProgramOfWorkspace program, JsonNode? webhook, Func<JsonObject, bool> isWanted, string what)
    {
        JsonObject? newest = null;
        await EventuallyAsync(
            async () =>
            {
                newest = (await program.DeliveriesAsync(webhook)).FirstOrDefault();
                return newest is not null && isWanted(newest);
            },
            what);
        return newest!;
    }

    /// <summary>Spares a test the rest between attempts.</summary>
    public static Task DueNowAsync(this WorkflowsApi api, JsonNode? webhook, string alsoSet = "")
        => api.Database.ExecuteAsync(
            $"UPDATE webhook_deliveries SET due_at = clock_timestamp() {alsoSet} WHERE subscription_id = '{PublicId.Parse(PublicId.Webhook, (string)webhook!)}'");

    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        var asked = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < Patience, $"Not within {Patience.TotalSeconds} s: {what}");
            await ticks.WaitForNextTickAsync();
        }
    }
}
