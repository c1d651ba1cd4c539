namespace Solya.Workflows.Api.Tests.DataPlatform;

public class TaskTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly string _organization = NewOrganization.Id();

    [Theory]
    [InlineData("DONE")]
    [InlineData("DISMISSED")]
    public async Task A_task_is_closed_once(string status)
    {
        using var client = api.CreateClient();
        var task = Assert.Single(await MakeAsync(client, 1));

        var closed = await client.PatchAsync($"/tasks/{task}", new { organizationId = _organization, status });
        Assert.Equal(200, closed.StatusCode);
        Assert.Equal(status, (string?)closed.Data["status"]);
        Assert.NotNull((string?)closed.Data["closedAt"]);
        Assert.Equal(
            ["closedAt", "confidence", "createdAt", "domain", "id", "organizationId", "payload", "shopId", "status", "updatedAt", "variantId", "workflowRunId"],
            closed.Data.Select(field => field.Key).Order());

        foreach (var again in new[] { "DONE", "DISMISSED" })
        {
            var refused = await client.PatchAsync($"/tasks/{task}", new { organizationId = _organization, status = again });
            Assert.Equal(409, refused.StatusCode);
            Assert.Equal("TASK_NOT_OPEN", refused.ErrorCode);
        }

        var listed = await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}");
        Assert.Equal(closed.Data.ToJsonString(), Assert.Single(listed.Data["items"]!.AsArray())!.ToJsonString());
    }

    [Fact]
    public async Task A_task_cannot_be_opened()
    {
        using var client = api.CreateClient();
        var task = Assert.Single(await MakeAsync(client, 1));

        var answer = await client.PatchAsync($"/tasks/{task}", new { organizationId = _organization, status = "OPEN" });

        Assert.Equal(400, answer.StatusCode);
        Assert.Equal(["status"], answer.Fields);
    }

    [Fact]
    public async Task Of_ten_who_close_a_task_at_once_one_wins()
    {
        using var client = api.CreateClient();
        foreach (var task in await MakeAsync(client, 10))
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(index =>
                client.PatchAsync($"/tasks/{task}", new { organizationId = _organization, status = index % 2 == 0 ? "DONE" : "DISMISSED" })));

            var winner = Assert.Single(answers, answer => answer.StatusCode == 200);
            Assert.All(answers.Except([winner]), answer => Assert.Equal("TASK_NOT_OPEN", answer.ErrorCode));
            var listed = await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}");
            Assert.Equal(winner.Data.ToJsonString(), listed.Data["items"]!.AsArray().Single(row => (string?)row!["id"] == task)!.ToJsonString());
        }
    }

    [Fact]
    public async Task Closing_races_a_refresh_and_neither_is_lost()
    {
        using var client = api.CreateClient();
        var tasks = await MakeAsync(client, 20);

        var closing = tasks.Select(task => client.PatchAsync($"/tasks/{task}", new { organizationId = _organization, status = "DONE" })).ToList();
        var refreshing = Enumerable.Range(0, 5).Select(_ => CreateAsync(client, 20)).ToList();
        var (closed, refreshed) = (await Task.WhenAll(closing), await Task.WhenAll(refreshing));

        Assert.All(closed, answer => Assert.Equal(200, answer.StatusCode));
        Assert.All(refreshed, answer => Assert.Equal(20, (int)answer.Data["created"]! + (int)answer.Data["updated"]!));
        Assert.Equal(20L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM tasks WHERE organization_id = '{_organization}' AND status = 'DONE'"));
        Assert.True(await api.Database.ScalarAsync<long>($"SELECT count(*) FROM tasks WHERE organization_id = '{_organization}' AND status = 'OPEN'") <= 20);
    }

    [Fact]
    public async Task A_list_is_filtered_and_paged_newest_first()
    {
        using var client = api.CreateClient();
        var made = await MakeAsync(client, 25);
        await client.PatchAsync($"/tasks/{made[3]}", new { organizationId = _organization, status = "DONE" });

        Assert.Equal(1, await TotalAsync(client, "&status=DONE"));
        Assert.Equal(24, await TotalAsync(client, "&status=OPEN&domain=restock&workflowRunId=r"));
        Assert.Equal(0, await TotalAsync(client, "&domain=markdown"));
        Assert.Equal(0, await TotalAsync(client, "&workflowRunId=other"));

        var seen = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}&limit=10{cursor}")).Data;
            Assert.Equal((25, 10, 0), ((int)page["total"]!, (int)page["limit"]!, (int)page["offset"]!));
            seen.AddRange(page["items"]!.AsArray().Select(task => (string)task!["id"]!));
            cursor = (string?)page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(made, seen); // each once; ids follow creation
        var second = (await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}&limit=10&offset=10")).Data;
        Assert.Equal(seen.Skip(10).Take(10), second["items"]!.AsArray().Select(task => (string)task!["id"]!));
    }

    private async Task<int> TotalAsync(HttpClient client, string filter)
    {
        var list = (await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}&limit=100{filter}")).Data;
        Assert.Equal((int)list["total"]!, list["items"]!.AsArray().Count);
        return (int)list["total"]!;
    }

    // Newest first.
    private async Task<string[]> MakeAsync(HttpClient client, int count)
    {
        Assert.Equal(200, (await CreateAsync(client, count)).StatusCode);
        var list = await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}&limit=100");
        var ids = list.Data["items"]!.AsArray().Select(task => (string)task!["id"]!).ToArray();
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);
        return ids;
    }

    private Task<ApiAnswer> CreateAsync(HttpClient client, int count) => client.PostAsync("/workflow-actions/task-create", new
    {
        organizationId = _organization,
        domains = new[] { "restock" },
        minConfidence = 0,
        perimeter = Enumerable.Range(0, count).Select(index => new { variantId = $"v{index}", shopId = "s" }),
        workflowRunId = "r",
    });
}
