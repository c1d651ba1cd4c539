using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Webhooks;

public class WebhookTests(WebhookFixture api) : IClassFixture<WebhookFixture>
{
    private const string Url = "https://example.com/hook";

    [Fact]
    public async Task A_webhook_shows_its_secret_once()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        var made = await program.SubscribeAsync(Url, "workflow.failed", "step.failed", "workflow.failed");

        Expect.Keys(["id", "url", "events", "secret", "createdAt"], made);
        Assert.Matches("^wh_[0-9a-z]{26}$", (string?)made["id"]);
        Assert.Equal(32, Convert.FromBase64String(((string)made["secret"]!)["whsec_".Length..]).Length);
        Assert.Equal(["workflow.failed", "step.failed"], made["events"]!.AsArray().Select(name => (string)name!));
        var read = await program.GetAsync($"{Subscriptions.Path}/{made["id"]}");
        Expect.Keys(["id", "url", "events", "createdAt", "disabledAt"], V1Expect.Success(200, read));
        var listed = V1Expect.List(await program.GetAsync(Subscriptions.Path), 1, 20, 1, 1);
        Expect.Same(read.Data, listed[0]!.AsObject());
    }

    [Fact]
    public async Task A_repeat_under_the_same_key_makes_no_second_webhook_and_does_not_show_the_secret_again()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var body = new { url = Url, events = new[] { "workflow.failed" } };

        var first = V1Expect.Success(201, await program.PostAsync(Subscriptions.Path, body, ("Idempotency-Key", "k")));
        var repeat = await program.PostAsync(Subscriptions.Path, body, ("Idempotency-Key", "k"));

        Assert.Equal((string?)first["id"], (string?)V1Expect.Success(201, repeat)["id"]);
        Assert.Null(repeat.Data["secret"]);
        Assert.Equal(["true"], repeat.Message.Headers.GetValues("Idempotent-Replayed"));
        V1Expect.List(await program.GetAsync(Subscriptions.Path), 1, 20, 1, 1);
        Assert.Equal(0L, await api.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM idempotency_keys WHERE position('{first["secret"]}' IN convert_from(response_body, 'UTF8')) > 0"));
    }

    [Theory]
    [InlineData("""{ }""", "url", "events")]
    [InlineData("""{ "url": null, "events": null }""", "url", "events")]
    [InlineData("""{ "url": 1, "events": "workflow.failed" }""", "url", "events")]
    [InlineData("""{ "url": "", "events": [] }""", "url", "events")]
    [InlineData("""{ "url": "ftp://example.com", "events": [ "workflow.failed", "workflow.started", 7 ] }""", "url", "events[1]", "events[2]")]
    [InlineData("""{ "url": "https://user:secret@example.com/", "events": [ "WORKFLOW.FAILED" ] }""", "url", "events[0]")]
    [InlineData("""{ "url": "/hook", "events": [ null ] }""", "url", "events[0]")]
    public async Task Every_bad_field_is_named(string body, params string[] paths)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Invalid(await program.PostAsync(Subscriptions.Path, body), paths);

        V1Expect.List(await program.GetAsync(Subscriptions.Path), 1, 20, 0, 0);
    }

    [Fact]
    public async Task A_deleted_webhook_is_gone_with_its_deliveries()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.WaitingRunAsync();
        var made = await program.SubscribeAsync("http://127.0.0.1:1/", "workflow.cancelled");
        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/cancel", "{}"));

        V1Expect.Success(200, await program.DeleteAsync($"{Subscriptions.Path}/{made["id"]}"));

        V1Expect.Error(404, "NOT_FOUND", await program.GetAsync($"{Subscriptions.Path}/{made["id"]}"));
        V1Expect.Error(404, "NOT_FOUND", await program.DeleteAsync($"{Subscriptions.Path}/{made["id"]}"));
        V1Expect.List(await program.GetAsync(Subscriptions.Path), 1, 20, 0, 0);
        Assert.Equal(0L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM webhook_deliveries WHERE organization_id = '{program.WorkspaceId}'"));
    }

    [Fact]
    public async Task Deliveries_are_paged_by_number_or_by_the_last_id_newest_first()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var made = await program.SubscribeAsync("http://127.0.0.1:1/", "workflow.completed");
        for (var i = 0; i < 5; i++)
        {
            await program.CompleteRunAsync();
        }

        await Subscriptions.EventuallyAsync(async () => (await program.DeliveriesAsync(made["id"])).Length == 5, "five deliveries");
        var all = await IdsAsync("?pageSize=100", 1, 100, 1);
        var runs = V1Expect.List(await program.GetAsync("/v1/workflow-runs"), 1, 20, 5, 1).Select(run => (string)run!["completedAt"]!);

        Assert.Equal(runs.OrderDescending(), (await program.DeliveriesAsync(made["id"])).Select(entry => (string)entry["createdAt"]!));
        Assert.Equal(all[2..4], await IdsAsync("?page=2&pageSize=2", 2, 2, 3));
        Assert.Equal(all[2..4], await IdsAsync($"?cursor={all[1]}&pageSize=2", null, 2, 3));
        Assert.Empty(await IdsAsync("?cursor=msg_00000000000000000000000000", null, 20, 1));
        Assert.Equal(5, (await program.DeliveriesAsync(made["id"], "&status=PENDING")).Length);
        Assert.Empty(await program.DeliveriesAsync(made["id"], "&status=DEAD"));
        V1Expect.Invalid(await program.GetAsync($"{Subscriptions.Path}/{made["id"]}/deliveries?status=dead&page=0"), "status", "page");

        async Task<string[]> IdsAsync(string query, int? page, int size, int pages)
            => [.. V1Expect.List(await program.GetAsync($"{Subscriptions.Path}/{made["id"]}/deliveries{query}"), page, size, 5, pages).Select(entry => (string)entry!["id"]!)];
    }

    [Fact]
    public async Task What_belongs_to_another_workspace_is_not_there()
    {
        using var owner = await ProgramOfWorkspace.CreateAsync(api);
        using var stranger = await ProgramOfWorkspace.CreateAsync(api);
        var run = await owner.WaitingRunAsync();
        var made = await owner.SubscribeAsync("http://127.0.0.1:1/", "workflow.cancelled");
        V1Expect.Success(200, await owner.PostAsync($"/v1/workflow-runs/{run}/cancel", "{}"));
        var own = Assert.Single(await owner.DeliveriesAsync(made["id"]));
        var theirs = await stranger.SubscribeAsync(Url, "workflow.cancelled");

        foreach (var (method, path) in new[] { ("GET", "{wh}"), ("DELETE", "{wh}"), ("GET", "{wh}/deliveries"), ("POST", "{wh}/deliveries/{msg}/redeliver") })
        {
            var foreign = await SendAsync(method, path, (string)made["id"]!, (string)own["id"]!);
            var none = await SendAsync(method, path, "wh_00000000000000000000000000", "msg_00000000000000000000000000");
            var nonsense = await SendAsync(method, path, "%F0%9F%98%80", "x");

            V1Expect.Error(404, "NOT_FOUND", foreign);
            Assert.Equal(foreign.Text, none.Text);
            Assert.Equal(foreign.Text, nonsense.Text);
        }

        V1Expect.Error(404, "NOT_FOUND", await SendAsync("POST", "{wh}/deliveries/{msg}/redeliver", (string)theirs["id"]!, (string)own["id"]!));
        V1Expect.List(await stranger.GetAsync(Subscriptions.Path), 1, 20, 1, 1);
        V1Expect.List(await stranger.GetAsync($"{Subscriptions.Path}/{theirs["id"]}/deliveries"), 1, 20, 0, 0);
        Assert.Single(await owner.DeliveriesAsync(made["id"]));

        Task<ApiAnswer> SendAsync(string method, string path, string webhook, string delivery) => stranger.Client.SendAsync(
            new HttpMethod(method),
            $"{Subscriptions.Path}/{path.Replace("{wh}", webhook, StringComparison.Ordinal).Replace("{msg}", delivery, StringComparison.Ordinal)}");
    }
}
