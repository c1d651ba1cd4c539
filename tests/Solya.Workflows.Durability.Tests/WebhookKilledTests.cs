using System.Text.Json.Nodes;

namespace Solya.Workflows.Durability.Tests;

/// <summary>kill -9 between the receiver's answer and the note of it: the message comes again, and can be told by its id.</summary>
[Collection(ServiceTests.Name)]
public sealed class WebhookKilledTests
{
    [Fact]
    public async Task A_message_delivered_just_before_the_service_was_killed_comes_again_with_the_same_id()
    {
        await using var folder = new ScratchFolder();
        await using var receiver = await WebhookReceiver.AnsweringAsync(200);
        var settings = new Dictionary<string, string?>(folder.Settings) { ["Webhooks__AllowPrivateNetworks"] = "true" };
        string secret;
        ReceivedWebhook first;
        await using (var doomed = ServiceProcess.Start(new Dictionary<string, string?>(settings) { ["Engine__KillAt"] = "AfterDeliveryBeforeCommit" }))
        {
            await doomed.WaitUntilReadyAsync();
            using var client = doomed.CreateClient(token: null);
            secret = await SubscribeAndRunAsync(client, receiver.Url);
            first = await receiver.NextAsync();
            await Processes.GoneAsync(doomed.Id);
        }

        await using var service = ServiceProcess.Start(settings);
        await service.WaitUntilReadyAsync();
        Assert.Equal("PENDING 1", await DeliveryAsync(folder));
        // Nobody has to wait for the lease of the dead process to end.
        await ScratchFolder.QueryAsync(folder.ConnectionString, "UPDATE webhook_deliveries SET due_at = clock_timestamp()");
        var second = await receiver.NextAsync();

        Assert.Equal((first.Id, first.Body), (second.Id, second.Body));
        Assert.True(first.IsSignedWith(secret) && second.IsSignedWith(secret));
        await Eventually.TrueAsync(async () => await DeliveryAsync(folder) == "DELIVERED 2", TimeSpan.FromSeconds(10), "the delivery is noted");
    }

    private static async Task<string> SubscribeAndRunAsync(HttpClient client, string url)
    {
        var workspace = await client.PostAsync("/v1/workspaces", new { slug = "hooks" }, ("x-admin-token", WorkflowsApi.AdminToken));
        var key = ("x-api-key", (string)workspace.Data["apiKey"]!["key"]!);
        var webhook = await client.PostAsync("/v1/webhooks", new { url, events = new[] { "workflow.completed" } }, key);
        var definition = await client.PostAsync(
            "/v1/workflow-definitions",
            """{ "name": "set", "version": "1", "steps": [ { "name": "set", "type": "task", "handler": "state.set", "config": { "a": 1 } } ] }""",
            key);
        var run = await client.PostAsync("/v1/workflow-runs", new JsonObject { ["definitionId"] = (string)definition.Data["id"]! }.ToJsonString(), key);
        Assert.Equal(201, run.StatusCode);
        return (string)webhook.Data["secret"]!;
    }

    private static async Task<string?> DeliveryAsync(ScratchFolder folder)
        => (string?)await ScratchFolder.QueryAsync(folder.ConnectionString, "SELECT status || ' ' || attempt FROM webhook_deliveries");
}
