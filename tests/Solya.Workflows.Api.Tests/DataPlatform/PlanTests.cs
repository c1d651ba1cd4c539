namespace Solya.Workflows.Api.Tests.DataPlatform;

public class PlanTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Closed = """{"success":false,"error":"Plan is closed and cannot receive new items","errorCode":"PLAN_CLOSED"}""";

    private readonly string _organization = NewOrganization.Id();

    [Fact]
    public async Task There_is_one_draft_per_type_and_name()
    {
        using var client = api.CreateClient();

        var first = await GetOrCreateAsync(client, "RESTOCK", "Q2");
        var again = await GetOrCreateAsync(client, "RESTOCK", "Q2");
        var otherName = await GetOrCreateAsync(client, "RESTOCK", "q2");
        var otherType = await GetOrCreateAsync(client, "MARKDOWN", "Q2");

        Assert.Equal(["isNew", "planId", "planName", "planType"], first.Data.Select(field => field.Key).Order());
        Assert.Equal((true, "Q2", "RESTOCK"), ((bool)first.Data["isNew"]!, (string?)first.Data["planName"], (string?)first.Data["planType"]));
        Assert.False((bool)again.Data["isNew"]!);
        Assert.Equal(Id(first), Id(again));
        Assert.Equal(3, new[] { Id(first), Id(otherName), Id(otherType) }.Distinct().Count());
    }

    [Fact]
    public async Task Twenty_at_once_end_at_one_draft()
    {
        using var client = api.CreateClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetOrCreateAsync(client, "REBALANCE", "race")));

        Assert.Single(answers.Select(Id).Distinct());
        Assert.Single(answers, answer => (bool)answer.Data["isNew"]!);
    }

    [Theory]
    [InlineData("VALIDATED")]
    [InlineData("CLOSED")]
    public async Task After_a_draft_was_validated_or_closed_the_next_call_makes_a_new_one(string status)
    {
        using var client = api.CreateClient();
        var first = await GetOrCreateAsync(client, "RESTOCK", "Q2");
        var moved = await MoveAsync(client, Id(first), status);

        var next = await GetOrCreateAsync(client, "RESTOCK", "Q2");

        Assert.Equal(status, (string?)moved.Data["status"]);
        Assert.True((bool)next.Data["isNew"]!);
        Assert.NotEqual(Id(first), Id(next));
    }

    [Fact]
    public async Task Items_are_added_once_and_refreshed_afterwards()
    {
        using var client = api.CreateClient();
        var plan = Id(await GetOrCreateAsync(client, "RESTOCK", "Q2"));

        var first = await AddAsync(client, plan, """{ "variantId": "v1", "shopId": "s" }""", """{ "variantId": "v1" }""", """{ "variantId": "v2", "shopId": "s" }""");
        var second = await AddAsync(client, plan, """{ "variantId": "v1", "shopId": "s", "quantity": 2 }""", """{ "variantId": "v3" }""", """{ "variantId": "v3" }""");

        Assert.Equal("""{"success":true,"data":{"addedCount":3,"skippedCount":0,"errors":[]}}""", first.Text);
        Assert.Equal("""{"success":true,"data":{"addedCount":1,"skippedCount":2,"errors":[]}}""", second.Text);
        var items = (await client.SendAsync(HttpMethod.Get, $"/plans/{plan}?organizationId={_organization}")).Data["items"]!.AsArray();
        Assert.Equal(4, items.Count);
        Assert.Equal(2, (int)items.Single(item => (string?)item!["variantId"] == "v1" && (string?)item["shopId"] == "s")!["quantity"]!);
    }

    [Fact]
    public async Task Items_come_back_exactly_as_sent()
    {
        const string Item = """{ "quantity": 499.00, "variantId": "v", "price": 1e400, "note": "\u00e9\/😀", "big": 123456789012345678901234567890, "deep": { "b": [ ], "a": -0 } }""";
        using var client = api.CreateClient();
        var plan = Id(await GetOrCreateAsync(client, "RESTOCK", "Q2"));
        await AddAsync(client, plan, Item);

        var read = await client.SendAsync(HttpMethod.Get, $"/plans/{plan}?organizationId={_organization}");

        Assert.EndsWith($"\"items\":[{Item}]}}}}", read.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["createdAt", "items", "organizationId", "planId", "planName", "planType", "status", "updatedAt", "workflowRunId"],
            read.Data.Select(field => field.Key).Order());
    }

    [Theory]
    [InlineData("VALIDATED")]
    [InlineData("CLOSED")]
    public async Task A_plan_that_is_no_draft_takes_no_items_and_says_so(string status)
    {
        using var client = api.CreateClient();
        var plan = Id(await GetOrCreateAsync(client, "RESTOCK", "Q2"));
        await AddAsync(client, plan, """{ "variantId": "v" }""");
        await MoveAsync(client, plan, status);
        var before = await client.SendAsync(HttpMethod.Get, $"/plans/{plan}?organizationId={_organization}");

        var answer = await AddAsync(client, plan, """{ "variantId": "v", "quantity": 9 }""", """{ "variantId": "w" }""");

        Assert.Equal(409, answer.StatusCode);
        Assert.Equal(Closed, answer.Text);
        Assert.Equal(before.Text, (await client.SendAsync(HttpMethod.Get, $"/plans/{plan}?organizationId={_organization}")).Text);
    }

    [Fact]
    public async Task Closing_races_adding_and_no_item_arrives_after_the_end()
    {
        using var client = api.CreateClient();
        for (var round = 0; round < 5; round++)
        {
            var plan = Id(await GetOrCreateAsync(client, "RESTOCK", $"race {round}"));
            var adding = Enumerable.Range(0, 20).Select(index => AddAsync(client, plan, $$"""{ "variantId": "v{{index}}" }""")).ToList();
            var closing = MoveAsync(client, plan, "CLOSED");
            var added = await Task.WhenAll(adding);
            var closed = await closing;
            var items = (await client.SendAsync(HttpMethod.Get, $"/plans/{plan}?organizationId={_organization}")).Data["items"]!.AsArray();

            Assert.Equal(200, closed.StatusCode);
            Assert.All(added.Where(answer => answer.StatusCode != 200), answer => Assert.Equal(Closed, answer.Text));
            // What was answered with success stands, what was refused does not.
            Assert.Equal(added.Count(answer => answer.StatusCode == 200), items.Count);
            Assert.Equal(409, (await AddAsync(client, plan, """{ "variantId": "late" }""")).StatusCode);
        }
    }

    [Fact]
    public async Task Adding_the_same_items_at_once_adds_each_once()
    {
        using var client = api.CreateClient();
        var plan = Id(await GetOrCreateAsync(client, "RESTOCK", "Q2"));
        var items = Enumerable.Range(0, 100).Select(index => $$"""{ "variantId": "v{{index}}" }""").ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => AddAsync(client, plan, index % 2 == 0 ? items : [.. items.Reverse()])));

        Assert.Equal(100, answers.Sum(answer => (int)answer.Data["addedCount"]!));
        Assert.Equal(900, answers.Sum(answer => (int)answer.Data["skippedCount"]!));
    }

    [Fact]
    public async Task One_bad_item_spoils_the_whole_call()
    {
        using var client = api.CreateClient();
        var plan = Id(await GetOrCreateAsync(client, "RESTOCK", "Q2"));

        var bad = await AddAsync(client, plan, """{ "variantId": "v" }""", """{ "shopId": "s" }""");
        var none = await AddAsync(client, plan);

        Assert.Equal(["items[1].variantId"], bad.Fields);
        Assert.Equal(["items"], none.Fields);
        Assert.Empty((await client.SendAsync(HttpMethod.Get, $"/plans/{plan}?organizationId={_organization}")).Data["items"]!.AsArray());
    }

    [Fact]
    public async Task A_closed_plan_is_not_validated_and_no_plan_becomes_a_draft()
    {
        using var client = api.CreateClient();
        var plan = Id(await GetOrCreateAsync(client, "RESTOCK", "Q2"));

        Assert.Equal(["status"], (await MoveAsync(client, plan, "DRAFT")).Fields);
        Assert.Equal(200, (await MoveAsync(client, plan, "VALIDATED")).StatusCode);
        Assert.Equal(200, (await MoveAsync(client, plan, "CLOSED")).StatusCode);
        var refused = await MoveAsync(client, plan, "VALIDATED");

        Assert.Equal(409, refused.StatusCode);
        Assert.Equal("PLAN_CLOSED", refused.ErrorCode);
    }

    [Fact]
    public async Task A_list_is_filtered_and_newest_first()
    {
        using var client = api.CreateClient();
        var one = Id(await GetOrCreateAsync(client, "RESTOCK", "one"));
        var two = Id(await GetOrCreateAsync(client, "MARKDOWN", "two"));
        var three = Id(await GetOrCreateAsync(client, "RESTOCK", "three"));
        await MoveAsync(client, one, "CLOSED");

        async Task<string[]> ListAsync(string filter)
        {
            var list = await client.SendAsync(HttpMethod.Get, $"/plans?organizationId={_organization}{filter}");
            Assert.All(list.Data["items"]!.AsArray(), plan => Assert.False(plan!.AsObject().ContainsKey("items")));
            return [.. list.Data["items"]!.AsArray().Select(plan => (string)plan!["planId"]!)];
        }

        Assert.Equal([three, two, one], await ListAsync(""));
        Assert.Equal([three, one], await ListAsync("&planType=RESTOCK"));
        Assert.Equal([three], await ListAsync("&planType=RESTOCK&status=DRAFT"));
        Assert.Equal([one], await ListAsync("&status=CLOSED"));
        Assert.Equal([two], await ListAsync("&limit=1&offset=1"));
    }

    private static string Id(ApiAnswer answer) => (string)answer.Data["planId"]!;

    private Task<ApiAnswer> GetOrCreateAsync(HttpClient client, string planType, string planName)
        => client.PostAsync("/workflow-actions/create-or-get-plan", new { organizationId = _organization, planType, planName, workflowRunId = "r" });

    private Task<ApiAnswer> AddAsync(HttpClient client, string planId, params string[] items)
        => client.PostAsync("/workflow-actions/add-items-to-plan", $$"""{ "organizationId": "{{_organization}}", "planId": "{{planId}}", "items": [{{string.Join(',', items)}}] }""");

    private Task<ApiAnswer> MoveAsync(HttpClient client, string planId, string status)
        => client.PatchAsync($"/plans/{planId}", new { organizationId = _organization, status });
}
