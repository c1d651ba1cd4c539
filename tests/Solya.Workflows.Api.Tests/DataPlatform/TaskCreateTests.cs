using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform;

public class TaskCreateTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly string _organization = NewOrganization.Id();

    [Fact]
    public async Task The_pages_request_gets_the_pages_answer()
    {
        using var client = api.CreateClient();

        var answer = await client.PostAsync("/workflow-actions/task-create",
            """
            {
              "domains": ["restock"],
              "minConfidence": 0.6,
              "organizationId": "550e8400-e29b-41d4-a716-446655440001",
              "perimeter": [
                { "shopId": "shop-uuid-1", "variantId": "variant-uuid-1" },
                { "shopId": "shop-uuid-2", "variantId": "variant-uuid-2" }
              ],
              "workflowRunId": "workflow-run-uuid-abc123"
            }
            """);

        Assert.Equal(
            """{"success":true,"data":{"created":2,"successCode":"WORKFLOW_TASKS_CREATED","suppressed":0,"updated":0,"workflowRunId":"workflow-run-uuid-abc123"}}""",
            answer.Text);
    }

    [Fact]
    public async Task Repeated_pairs_and_domains_count_once()
    {
        using var client = api.CreateClient();

        var answer = await CreateAsync(client, [("v1", "s1"), ("v1", "s1"), ("v1", "s2"), ("v2", "s1")], ["restock", "markdown", "restock"]);

        Assert.Equal((6, 0, 0), answer);
        Assert.Equal(6, await OpenTasksAsync());
    }

    [Fact]
    public async Task A_boundary_between_variant_and_shop_keeps_pairs_apart()
    {
        using var client = api.CreateClient();

        Assert.Equal((3, 0, 0), await CreateAsync(client, [("a", "bc"), ("ab", "c"), ("abc", "a")]));
    }

    [Fact]
    public async Task An_empty_perimeter_makes_nothing()
    {
        using var client = api.CreateClient();

        Assert.Equal((0, 0, 0), await CreateAsync(client, []));
    }

    [Fact]
    public async Task Only_a_numeric_confidence_below_the_threshold_suppresses()
    {
        using var client = api.CreateClient();
        await PutAsync(client, ("below", "0.5999999999999999"), ("equal", "0.6"), ("equal-long", "0.60000000000000000000000001"), ("above", "0.61"), ("null", "null"), ("zero", "0"));

        var answer = await CreateAsync(
            client, [("below", "s"), ("equal", "s"), ("equal-long", "s"), ("above", "s"), ("null", "s"), ("zero", "s"), ("none", "s")], minConfidence: 0.6);

        Assert.Equal((5, 0, 2), answer);
        var tasks = await TasksAsync(client);
        Assert.Equal(["above", "equal", "equal-long", "none", "null"], tasks.Select(task => (string)task!["variantId"]!).Order());
        Assert.Equal("0.61", tasks.Single(task => (string?)task!["variantId"] == "above")!["confidence"]!.ToJsonString());
        Assert.Null(tasks.Single(task => (string?)task!["variantId"] == "none")!["confidence"]);
        Assert.Null(tasks.Single(task => (string?)task!["variantId"] == "null")!["confidence"]);
    }

    [Fact]
    public async Task A_threshold_of_zero_suppresses_nothing_and_of_one_only_what_is_below_one()
    {
        using var client = api.CreateClient();
        await PutAsync(client, ("zero", "0"), ("nearly", "0.9999999999999999"), ("one", "1"));

        Assert.Equal((3, 0, 0), await CreateAsync(client, [("zero", "s"), ("nearly", "s"), ("one", "s")], minConfidence: 0));
        Assert.Equal((0, 1, 2), await CreateAsync(client, [("zero", "s"), ("nearly", "s"), ("one", "s")], minConfidence: 1));
    }

    [Fact]
    public async Task A_vector_speaks_of_its_own_domain_only()
    {
        using var client = api.CreateClient();
        await PutAsync(client, ("v", "0.1"));

        Assert.Equal((2, 0, 1), await CreateAsync(client, [("v", "s")], ["restock", "rebalance", "markdown"], minConfidence: 0.5));
    }

    [Fact]
    public async Task A_repeat_refreshes_the_open_task_and_stamps_it_with_the_run()
    {
        using var client = api.CreateClient();
        await CreateAsync(client, [("v", "s")], run: "run-1");
        var first = Assert.Single(await TasksAsync(client));
        await PutAsync(client, """{ "domain": "restock", "variantId": "v", "shopId": "s", "confidence": 0.75, "payload": { "b": 499.00, "a": 12345678901234567890 } }""");
        api.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((0, 1, 0), await CreateAsync(client, [("v", "s")], run: "run-2"));

        var second = Assert.Single(await TasksAsync(client));
        Assert.Equal((string?)first!["id"], (string?)second!["id"]);
        Assert.Equal("run-2", (string?)second["workflowRunId"]);
        Assert.Equal(0.75, (double)second["confidence"]!);
        Assert.Equal("""{ "b": 499.00, "a": 12345678901234567890 }""", await api.Database.ScalarAsync<string>($"SELECT payload::text FROM tasks WHERE organization_id = '{_organization}'"));
        Assert.Equal((string?)first["createdAt"], (string?)second["createdAt"]);
        Assert.True(string.CompareOrdinal((string?)first["updatedAt"], (string?)second["updatedAt"]) < 0);
        Assert.Empty(await TasksAsync(client, "&workflowRunId=run-1"));
        Assert.Single(await TasksAsync(client, "&workflowRunId=run-2"));
    }

    [Fact]
    public async Task A_suppressed_candidate_leaves_its_open_task_as_it_was()
    {
        using var client = api.CreateClient();
        await PutAsync(client, ("v", "0.9"));
        await CreateAsync(client, [("v", "s")], run: "run-1");
        var before = Assert.Single(await TasksAsync(client))!.ToJsonString();
        await PutAsync(client, ("v", "0.1"));

        Assert.Equal((0, 0, 1), await CreateAsync(client, [("v", "s")], run: "run-2", minConfidence: 0.5));

        Assert.Equal(before, Assert.Single(await TasksAsync(client))!.ToJsonString());
    }

    [Theory]
    [InlineData("DONE")]
    [InlineData("DISMISSED")]
    public async Task A_closed_task_is_history_and_the_next_call_makes_another(string status)
    {
        using var client = api.CreateClient();
        await CreateAsync(client, [("v", "s")], run: "run-1");
        var first = Assert.Single(await TasksAsync(client));
        await client.PatchAsync($"/tasks/{first!["id"]}", new { organizationId = _organization, status });

        Assert.Equal((1, 0, 0), await CreateAsync(client, [("v", "s")], run: "run-2"));
        Assert.Equal((0, 1, 0), await CreateAsync(client, [("v", "s")], run: "run-3"));

        var tasks = await TasksAsync(client);
        Assert.Equal(2, tasks.Count);
        var closed = tasks.Single(task => (string?)task!["status"] == status);
        Assert.Equal((string?)first["id"], (string?)closed!["id"]);
        Assert.Equal("run-1", (string?)closed["workflowRunId"]);
    }

    [Fact]
    public async Task Created_updated_and_suppressed_make_up_all_candidates()
    {
        const int Seed = 20260523;
        var random = new Random(Seed);
        using var client = api.CreateClient();
        for (var round = 0; round < 30; round++)
        {
            await PutAsync(client, [.. Enumerable.Range(0, 10).Select(_ => ($"v{random.Next(20)}", random.Next(3) == 0 ? "null" : $"0.{random.Next(100):00}"))]);
            var perimeter = Enumerable.Range(0, random.Next(40)).Select(_ => ($"v{random.Next(20)}", random.Next(2) == 0 ? "s" : "t")).ToArray();
            string[] domains = random.Next(2) == 0 ? ["restock"] : ["restock", "markdown"];

            var (created, updated, suppressed) = await CreateAsync(client, perimeter, domains, minConfidence: 0.5);

            Assert.Equal(perimeter.Distinct().Count() * domains.Length, created + updated + suppressed);
            Assert.All(new[] { created, updated, suppressed }, count => Assert.True(count >= 0, $"seed {Seed}, round {round}"));
        }
    }

    [Fact]
    public async Task Twenty_equal_calls_at_once_make_each_task_once()
    {
        using var client = api.CreateClient();
        var perimeter = Enumerable.Range(0, 200).Select(index => ($"v{index}", "s")).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => CreateAsync(client, perimeter, ["restock", "markdown"], run: $"run-{index}")));

        Assert.Equal(400, answers.Sum(answer => answer.Created));
        Assert.Equal(19 * 400, answers.Sum(answer => answer.Updated));
        Assert.Equal(400, await OpenTasksAsync());
        // All or nothing: the last one to commit stamped them all.
        Assert.Equal(1, await api.Database.ScalarAsync<long>($"SELECT count(DISTINCT workflow_run_id) FROM tasks WHERE organization_id = '{_organization}'"));
    }

    [Fact]
    public async Task Calls_over_the_same_pairs_in_opposite_order_never_deadlock()
    {
        using var client = api.CreateClient();
        var perimeter = Enumerable.Range(0, 500).Select(index => ($"v{index}", "s")).ToArray();
        for (var round = 0; round < 3; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => CreateAsync(
                client, index % 2 == 0 ? perimeter : [.. perimeter.Reverse()], index % 2 == 0 ? ["restock", "rebalance"] : ["rebalance", "restock"])));

            Assert.All(answers, answer => Assert.Equal(1_000, answer.Created + answer.Updated));
        }

        Assert.Equal(1_000, await OpenTasksAsync());
    }

    [Fact]
    public async Task A_hundred_thousand_candidates_fit_into_one_call()
    {
        using var client = api.CreateClient();
        var perimeter = Enumerable.Range(0, 100_000).Select(index => ($"variant-uuid-{index}", $"shop-uuid-{index % 300}")).ToArray();

        Assert.Equal((100_000, 0, 0), await CreateAsync(client, perimeter));
        Assert.Equal((0, 100_000, 0), await CreateAsync(client, perimeter));
        Assert.Equal(100_000, await OpenTasksAsync());
    }

    [Fact]
    public async Task One_bad_pair_spoils_the_whole_call()
    {
        using var client = api.CreateClient();

        var answer = await client.PostAsync("/workflow-actions/task-create", Body([("v1", "s"), ("v2", "s"), ("v3", "s"), ("v4", "")], ["restock"], 0, "r"));

        Assert.Equal(400, answer.StatusCode);
        Assert.Equal(["perimeter[3].shopId"], answer.Fields);
        Assert.Equal(0, await OpenTasksAsync());
    }

    [Fact]
    public async Task A_call_that_the_database_refuses_leaves_nothing()
    {
        using var client = api.CreateClient();
        await api.Database.ExecuteAsync($"ALTER TABLE tasks ADD CONSTRAINT ck_refuse CHECK (organization_id <> '{_organization}' OR variant_id <> 'v99')");
        try
        {
            var refused = await client.PostAsync("/workflow-actions/task-create", Body([.. Enumerable.Range(0, 100).Select(index => ($"v{index}", "s"))], ["restock"], 0, "r"));

            Assert.Equal(500, refused.StatusCode);
            Assert.Equal("""{"success":false,"error":"Something went wrong on our side.","errorCode":"UNKNOWN_ERROR"}""", refused.Text);
            Assert.Equal(0, await OpenTasksAsync());
        }
        finally
        {
            await api.Database.ExecuteAsync("ALTER TABLE tasks DROP CONSTRAINT ck_refuse");
        }
    }

    [Fact]
    public async Task A_variant_may_have_a_name_of_any_length()
    {
        using var client = api.CreateClient();
        var name = string.Concat(Enumerable.Range(0, 20_000).Select(index => (char)('a' + (index * 7 % 26))));

        Assert.Equal((2, 0, 0), await CreateAsync(client, [(name, "s"), (name + "x", "s")]));
        Assert.Equal((0, 2, 0), await CreateAsync(client, [(name, "s"), (name + "x", "s")]));
    }

    [Fact]
    public async Task A_repeat_with_its_key_is_replayed()
    {
        using var client = api.CreateClient();
        var body = Body([("v", "s")], ["restock"], 0, "r");

        var first = await client.PostAsync("/workflow-actions/task-create", body, ("Idempotency-Key", "k"));
        var second = await client.PostAsync("/workflow-actions/task-create", body, ("Idempotency-Key", "k"));

        Assert.Equal(first.Text, second.Text);
        Assert.Equal("true", Assert.Single(second.Message.Headers.GetValues("Idempotent-Replayed")));
    }

    private async Task<(int Created, int Updated, int Suppressed)> CreateAsync(
        HttpClient client, (string Variant, string Shop)[] perimeter, string[]? domains = null, double minConfidence = 0, string run = "run")
    {
        var answer = await client.PostAsync("/workflow-actions/task-create", Body(perimeter, domains ?? ["restock"], minConfidence, run));
        Assert.True(answer.StatusCode == 200, answer.Text);
        Assert.Equal(["created", "successCode", "suppressed", "updated", "workflowRunId"], answer.Data.Select(field => field.Key).Order());
        return ((int)answer.Data["created"]!, (int)answer.Data["updated"]!, (int)answer.Data["suppressed"]!);
    }

    private string Body((string Variant, string Shop)[] perimeter, string[] domains, double minConfidence, string run) => JsonSerializer.Serialize(new
    {
        organizationId = _organization,
        domains,
        minConfidence,
        perimeter = perimeter.Select(pair => new { variantId = pair.Variant, shopId = pair.Shop }),
        workflowRunId = run,
    });

    private Task PutAsync(HttpClient client, params (string Variant, string Confidence)[] vectors)
        => PutAsync(client, string.Join(',', vectors.Select(vector => $$"""{ "domain": "restock", "variantId": "{{vector.Variant}}", "shopId": "s", "confidence": {{vector.Confidence}} }""")));

    private async Task PutAsync(HttpClient client, string vectors)
    {
        var answer = await client.PutAsync("/action-vectors", $$"""{ "organizationId": "{{_organization}}", "vectors": [{{vectors}}] }""");
        Assert.True(answer.StatusCode == 200, answer.Text);
    }

    private async Task<JsonArray> TasksAsync(HttpClient client, string filter = "")
        => (await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}&limit=100{filter}")).Data["items"]!.AsArray();

    private Task<long> OpenTasksAsync()
        => api.Database.ScalarAsync<long>($"SELECT count(*) FROM tasks WHERE organization_id = '{_organization}' AND status = 'OPEN'");
}
