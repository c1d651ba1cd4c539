using System.Globalization;
using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.DataPlatform;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Api.Tests.V1.Webhooks;

public class WebhookDeliveryTests(WebhookFixture api) : IClassFixture<WebhookFixture>
{
    [Fact]
    public async Task A_receiver_is_told_of_what_it_subscribed_to_with_a_signature_that_holds()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await using var receiver = await WebhookReceiver.AnsweringAsync(204);
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");

        var run = await program.CompleteRunAsync();
        var message = await receiver.NextAsync();

        Assert.True(message.IsSignedWith((string)made["secret"]!));
        Assert.True((api.Clock.GetUtcNow() - message.SentAt).Duration() < TimeSpan.FromMinutes(1));
        var body = JsonNode.Parse(message.Body)!;
        Assert.Equal(("workflow.completed", run, program.WorkspaceId), ((string?)body["type"], (string?)body["data"]!["runId"], (string?)body["data"]!["workspaceId"]));
        var delivery = await program.DeliveryAsync(made["id"], entry => (string?)entry["status"] == "DELIVERED", "delivered");
        Expect.Keys(
            ["id", "eventType", "runId", "sequence", "status", "attempt", "responseStatus", "error", "createdAt", "deliveredAt", "nextAttemptAt"], delivery);
        Assert.Equal(
            (message.Id, "workflow.completed", run, 1, 204, (string?)body["timestamp"]),
            ((string?)delivery["id"], (string?)delivery["eventType"], (string?)delivery["runId"], (int)delivery["attempt"]!, (int)delivery["responseStatus"]!, (string?)delivery["createdAt"]));
        Assert.Equal((int)body["data"]!["sequence"]!, (int)delivery["sequence"]!);
        Assert.Null(delivery["error"]);
        Assert.Null(delivery["nextAttemptAt"]);
        Assert.NotNull(delivery["deliveredAt"]);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Every_event_can_be_subscribed_to_and_no_other_subscriber_is_told()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await using var receiver = await WebhookReceiver.AnsweringAsync(200);
        string[] events = ["workflow.completed", "workflow.failed", "workflow.cancelled", "workflow.waiting", "step.failed", "approval.requested", "approval.decided"];
        var webhooks = new Dictionary<string, JsonNode>();
        foreach (var name in events)
        {
            webhooks[name] = (await program.SubscribeAsync($"{receiver.Url}?{name}", name))["id"]!;
        }

        await program.CompleteRunAsync();
        await program.RunAsync("""[ { "name": "fail", "type": "task", "handler": "state.set", "config": { "a": "{{ input.missing }}" } } ]""");
        var waiting = await program.WaitingRunAsync();
        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{waiting}/cancel", "{}"));
        await program.RunAsync("""[ { "name": "ask", "type": "approval", "prompt": "Sure?", "timeoutMs": 1, "onTimeout": "approve" } ]""");

        foreach (var name in events.Except(["approval.decided"]))
        {
            await program.DeliveryAsync(webhooks[name], entry => (string?)entry["status"] == "DELIVERED", name);
        }

        foreach (var name in events)
        {
            Assert.All(await program.DeliveriesAsync(webhooks[name]), entry => Assert.Equal(name, (string?)entry["eventType"]));
        }

        Assert.All(receiver.All, message => Assert.Contains((string)JsonNode.Parse(message.Body)!["type"]!, events));
    }

    [Fact]
    public async Task A_message_that_fails_is_sent_again_with_the_same_id()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var failures = 2;
        await using var receiver = await WebhookReceiver.StartAsync((_, _) => Task.FromResult(failures-- > 0 ? 503 : 200));
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        await program.CompleteRunAsync();

        var first = await program.DeliveryAsync(made["id"], entry => entry["error"] is not null, "failed once");
        Assert.Equal(("PENDING", 1, 503), ((string?)first["status"], (int)first["attempt"]!, (int)first["responseStatus"]!));
        Assert.StartsWith("The receiver answered 503.", (string?)first["error"], StringComparison.Ordinal);
        Assert.InRange(RestOf(first), TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(6));
        await api.DueNowAsync(made["id"]);
        // Its outcome too: what is due from now on must be the third attempt, not the second once more.
        await program.DeliveryAsync(made["id"], entry => receiver.All.Count == 2 && RestOf(entry) > TimeSpan.FromSeconds(10), "failed twice");
        await api.DueNowAsync(made["id"]);
        var last = await program.DeliveryAsync(made["id"], entry => (string?)entry["status"] == "DELIVERED", "delivered");

        Assert.Equal((3, 200), ((int)last["attempt"]!, (int)last["responseStatus"]!));
        Assert.Null(last["error"]);
        Assert.Equal(3, receiver.All.Count);
        Assert.Equal((string?)last["id"], Assert.Single(receiver.All.Select(message => message.Id).Distinct()));
        Assert.Single(receiver.All.Select(message => message.Body).Distinct());
        Assert.All(receiver.All, message => Assert.True(message.IsSignedWith((string)made["secret"]!)));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(500)]
    public async Task Only_2xx_counts(int status)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await using var receiver = await WebhookReceiver.AnsweringAsync(status);
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        await program.CompleteRunAsync();

        var delivery = await program.DeliveryAsync(made["id"], entry => entry["error"] is not null, "failed");

        Assert.Equal(("PENDING", status), ((string?)delivery["status"], (int)delivery["responseStatus"]!));
    }

    [Fact]
    public async Task After_the_last_attempt_a_message_is_dead_until_somebody_sends_it_anew()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var status = 500;
        await using var receiver = await WebhookReceiver.StartAsync((_, _) => Task.FromResult(status));
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        await program.CompleteRunAsync();
        await program.DeliveryAsync(made["id"], entry => entry["error"] is not null, "failed once");

        await api.DueNowAsync(made["id"], ", attempt = 11");
        var dead = await program.DeliveryAsync(made["id"], entry => (string?)entry["status"] == "DEAD", "dead");

        Assert.Equal((12, 500), ((int)dead["attempt"]!, (int)dead["responseStatus"]!));
        Assert.Null(dead["nextAttemptAt"]);
        V1Expect.Success(202, await RedeliverAsync(program, made, dead));
        var again = await program.DeliveryAsync(made["id"], entry => (int)entry["attempt"]! == 13, "sent anew");
        Assert.Equal("PENDING", (string?)again["status"]);
        status = 200;
        V1Expect.Success(202, await RedeliverAsync(program, made, dead));
        await program.DeliveryAsync(made["id"], entry => (string?)entry["status"] == "DELIVERED", "delivered");
        Assert.Single(receiver.All.Select(message => message.Id).Distinct());
    }

    [Fact]
    public async Task A_delivered_message_can_be_sent_again_and_keeps_its_id()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await using var receiver = await WebhookReceiver.AnsweringAsync(200);
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        await program.CompleteRunAsync();
        var first = await receiver.NextAsync();
        var delivered = await program.DeliveryAsync(made["id"], entry => (string?)entry["status"] == "DELIVERED", "delivered");

        var answer = V1Expect.Success(202, await RedeliverAsync(program, made, delivered));
        var second = await receiver.NextAsync();

        Assert.Equal(("PENDING", 1), ((string?)answer["status"], (int)answer["attempt"]!));
        Assert.Null(answer["deliveredAt"]);
        Assert.Equal((first.Id, first.Body), (second.Id, second.Body));
        await program.DeliveryAsync(made["id"], entry => (string?)entry["status"] == "DELIVERED" && (int)entry["attempt"]! == 2, "delivered again");
    }

    [Fact]
    public async Task A_receiver_that_answers_410_gets_nothing_more()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var release = new TaskCompletionSource();
        await using var receiver = await WebhookReceiver.StartAsync(async (_, ct) =>
        {
            await release.Task.WaitAsync(ct);
            return 410;
        });
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        var other = await program.SubscribeAsync($"{receiver.Url}?other", "workflow.failed");
        await program.CompleteRunAsync();
        await receiver.NextAsync();
        await program.CompleteRunAsync(); // waits its turn while the first is under way
        await Subscriptions.EventuallyAsync(async () => (await program.DeliveriesAsync(made["id"])).Length == 2, "two deliveries");

        release.SetResult();
        await Subscriptions.EventuallyAsync(async () => (await program.DeliveriesAsync(made["id"], "&status=DEAD")).Length == 2, "both dead");

        Assert.Single(receiver.All);
        var (waited, answered) = ((await program.DeliveriesAsync(made["id"]))[0], (await program.DeliveriesAsync(made["id"]))[1]);
        Assert.Equal(410, (int)answered["responseStatus"]!);
        Assert.Contains("no more", (string?)waited["error"], StringComparison.Ordinal);
        Assert.NotNull(V1Expect.Success(200, await program.GetAsync($"{Subscriptions.Path}/{made["id"]}"))["disabledAt"]);
        Assert.Null(V1Expect.Success(200, await program.GetAsync($"{Subscriptions.Path}/{other["id"]}"))["disabledAt"]);
        V1Expect.Error(409, "CONFLICT", await RedeliverAsync(program, made, answered));
        await program.CompleteRunAsync();
        Assert.Equal(2, (await program.DeliveriesAsync(made["id"])).Length);
    }

    [Fact]
    public async Task The_delivery_of_a_cancelled_run_is_there_when_the_answer_is()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.WaitingRunAsync();
        var made = await program.SubscribeAsync("http://127.0.0.1:1/", "workflow.cancelled");

        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/cancel", "{}"));

        var delivery = Assert.Single(await program.DeliveriesAsync(made["id"]));
        Assert.Equal(("workflow.cancelled", run), ((string?)delivery["eventType"], (string?)delivery["runId"]));
    }

    [Fact]
    public async Task An_event_that_nobody_subscribed_to_leaves_no_delivery()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var made = await program.SubscribeAsync("http://127.0.0.1:1/", "workflow.failed");
        var run = await program.WaitingRunAsync();

        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/cancel", "{}"));

        Assert.Empty(await program.DeliveriesAsync(made["id"]));
        Assert.Equal(0L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM webhook_deliveries WHERE organization_id = '{program.WorkspaceId}'"));
    }

    [Fact]
    public async Task An_event_does_not_wait_for_a_webhook_that_is_being_deleted()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.WaitingRunAsync();
        var made = await program.SubscribeAsync("http://127.0.0.1:1/", "workflow.cancelled");
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var deletion = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"DELETE FROM webhook_subscriptions WHERE id = '{PublicId.Parse(PublicId.Webhook, (string)made["id"]!)}'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/cancel", "{}"));

        await deletion.CommitAsync();
    }

    [Fact]
    public async Task An_attempt_that_was_overtaken_writes_nothing()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var release = new TaskCompletionSource();
        await using var receiver = await WebhookReceiver.StartAsync(async (_, ct) =>
        {
            await release.Task.WaitAsync(ct);
            return 200;
        });
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        await program.CompleteRunAsync();
        await receiver.NextAsync();

        // As another process does when this one is not heard of before its lease ends.
        await api.Database.ExecuteAsync(
            $"UPDATE webhook_deliveries SET attempt = 2, due_at = clock_timestamp() + interval '1 hour' WHERE organization_id = '{program.WorkspaceId}'");
        release.SetResult();
        await program.CompleteRunAsync();
        await receiver.NextAsync();
        await Subscriptions.EventuallyAsync(async () => (await program.DeliveriesAsync(made["id"], "&status=DELIVERED")).Length == 1, "the second message is delivered");

        var overtaken = Assert.Single(await program.DeliveriesAsync(made["id"], "&status=PENDING"));
        Assert.Equal(2, (int)overtaken["attempt"]!);
        Assert.Null(overtaken["responseStatus"]);
    }

    [Fact]
    public async Task Receivers_that_are_down_do_not_hold_up_the_others()
    {
        using var down = await ProgramOfWorkspace.CreateAsync(api);
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await using var silent = await WebhookReceiver.StartAsync(async (_, ct) =>
        {
            return await new TaskCompletionSource<int>().Task.WaitAsync(ct);
        });
        await using var receiver = await WebhookReceiver.AnsweringAsync(200);
        await program.SubscribeAsync(receiver.Url, "workflow.completed");
        foreach (var number in Enumerable.Range(0, 5))
        {
            var made = await down.SubscribeAsync($"{silent.Url}?{number}", "workflow.completed");
            await api.Database.ExecuteAsync(
                $$"""
                INSERT INTO webhook_deliveries (organization_id, id, subscription_id, run_id, sequence, event_type, payload, status, attempt, due_at, created_at)
                SELECT '{{down.WorkspaceId}}', gen_random_uuid(), '{{PublicId.Parse(PublicId.Webhook, (string)made["id"]!)}}', gen_random_uuid(), 1,
                       'workflow.completed', '{}', 'PENDING', 0, clock_timestamp() - interval '1 day', now()
                  FROM generate_series(1, 2000)
                """);
        }

        for (var i = 0; i < 4; i++)
        {
            await silent.NextAsync();
        }

        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 10; i++)
        {
            await program.CompleteRunAsync();
            await receiver.NextAsync();
        }

        // Less than one attempt at a silent receiver takes.
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(14));
        Assert.True(silent.All.Count <= 32, $"{silent.All.Count} messages to receivers that answer none");
        foreach (var webhook in V1Expect.List(await down.GetAsync(Subscriptions.Path), 1, 20, 5, 1))
        {
            V1Expect.Success(200, await down.DeleteAsync($"{Subscriptions.Path}/{webhook!["id"]}"));
        }
    }

    private TimeSpan RestOf(JsonObject delivery) => DateTimeOffset.Parse((string)delivery["nextAttemptAt"]!, CultureInfo.InvariantCulture) - api.Clock.GetUtcNow();

    private static Task<ApiAnswer> RedeliverAsync(ProgramOfWorkspace program, JsonObject webhook, JsonObject delivery)
        => program.Client.SendAsync(HttpMethod.Post, $"{Subscriptions.Path}/{webhook["id"]}/deliveries/{delivery["id"]}/redeliver");
}

/// <summary>Without the setting, webhooks reach public addresses only.</summary>
public class PrivateReceiverTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_private_address_is_not_called_and_the_delivery_says_so()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await using var receiver = await WebhookReceiver.AnsweringAsync(200);
        var made = await program.SubscribeAsync(receiver.Url, "workflow.completed");
        await program.CompleteRunAsync();

        var delivery = await program.DeliveryAsync(made["id"], entry => entry["error"] is not null, "an error");

        Assert.Equal(("PENDING", 1), ((string?)delivery["status"], (int)delivery["attempt"]!));
        Assert.Contains("127.0.0.1", (string?)delivery["error"], StringComparison.Ordinal);
        Assert.Null(delivery["responseStatus"]);
        Assert.NotNull(delivery["nextAttemptAt"]);
        Assert.Empty(receiver.All);
    }
}
