using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform.Runs;

public class ListRunsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Runs_come_newest_first_and_without_their_steps()
    {
        using var executor = new Executor(api);
        var made = await MakeAsync(executor, 5);

        var list = await ListAsync(executor);

        Expect.Keys(["items", "total", "limit", "offset", "nextCursor"], list);
        Assert.Equal(made.Reverse(), Ids(list));
        Assert.Equal(5, (int)list["total"]!);
        Assert.Equal(20, (int)list["limit"]!);
        Assert.Equal(0, (int)list["offset"]!);
        Assert.Null(list["nextCursor"]);
        Assert.False(list["items"]![0]!.AsObject().ContainsKey("steps"));
    }

    [Fact]
    public async Task Cursor_pages_are_stable_while_runs_are_started()
    {
        using var executor = new Executor(api);
        var made = await MakeAsync(executor, 7);

        var seen = new List<string>();
        var page = await ListAsync(executor, "&limit=3");
        seen.AddRange(Ids(page));
        while ((string?)page["nextCursor"] is { } cursor)
        {
            await MakeAsync(executor, 2);
            page = await ListAsync(executor, $"&limit=3&cursor={cursor}");
            seen.AddRange(Ids(page));
        }

        Assert.Equal(made.Reverse(), seen);
    }

    [Fact]
    public async Task Offset_pages_cover_the_list_and_end_empty()
    {
        using var executor = new Executor(api);
        var made = await MakeAsync(executor, 5);

        Assert.Equal(made.Reverse().Skip(2).Take(2), Ids(await ListAsync(executor, "&limit=2&offset=2")));
        var pastTheEnd = await ListAsync(executor, "&offset=5");
        Assert.Empty(pastTheEnd["items"]!.AsArray());
        Assert.Equal(5, (int)pastTheEnd["total"]!);
        Assert.Equal(5, (int)pastTheEnd["offset"]!);
        Assert.Null(pastTheEnd["nextCursor"]);
    }

    [Fact]
    public async Task A_last_page_that_is_full_has_no_cursor()
    {
        using var executor = new Executor(api);
        await MakeAsync(executor, 4);

        var first = await ListAsync(executor, "&limit=2");
        var second = await ListAsync(executor, $"&limit=2&cursor={first["nextCursor"]}");

        Assert.Equal(2, Ids(second).Length);
        Assert.Null(second["nextCursor"]);
    }

    [Fact]
    public async Task A_status_filters_and_the_total_counts_what_matches()
    {
        using var executor = new Executor(api);
        var made = await MakeAsync(executor, 4);
        await executor.PatchRunAsync(made[1], new { status = "COMPLETED" });
        await executor.PatchRunAsync(made[2], new { status = "COMPLETED" });

        var list = await ListAsync(executor, "&status=COMPLETED&limit=1");

        Assert.Equal([made[2]], Ids(list));
        Assert.Equal(2, (int)list["total"]!);
        Assert.Equal([made[1]], Ids(await ListAsync(executor, $"&status=COMPLETED&cursor={list["nextCursor"]}")));
    }

    [Fact]
    public async Task A_workflow_filters_and_an_unknown_one_matches_nothing()
    {
        using var executor = new Executor(api);
        await MakeAsync(executor, 1);
        var workflow = (string)Expect.Ok(await executor.Client.PostAsync(
            "/workflows",
            $$"""
            { "organizationId": "{{executor.Organization}}", "name": "w", "status": "ACTIVE",
              "flowDefinition": { "nodes": [ { "id": "t", "data": { "nodeType": "TRIGGER" } } ], "edges": [] } }
            """))["id"]!;
        var run = await executor.StartRunAsync(new { workflowId = workflow });

        Assert.Equal([run], Ids(await ListAsync(executor, $"&workflowId={workflow}")));
        Assert.Empty(Ids(await ListAsync(executor, "&workflowId=wfdef_00000000000000000000000000")));
        Assert.Empty(Ids(await ListAsync(executor, "&workflowId=nonsense")));
    }

    [Fact]
    public async Task Creation_times_filter_without_their_own_instant()
    {
        using var executor = new Executor(api);
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            made.Add(await executor.StartRunAsync());
            api.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var middle = (string?)(await executor.RunAsync(made[1]))["createdAt"];

        Assert.Equal([made[2]], Ids(await ListAsync(executor, $"&createdAfter={middle}")));
        Assert.Equal([made[0]], Ids(await ListAsync(executor, $"&createdBefore={middle}")));
        Assert.Empty(Ids(await ListAsync(executor, $"&createdAfter={middle}&createdBefore={middle}")));
    }

    [Theory]
    [InlineData("0001-01-01T00:00Z", "9999-12-31T23:59:59.999Z", 1)]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", 0)]
    [InlineData("0001-01-01T00:00Z", "0001-01-01T00:00Z", 0)]
    public async Task The_first_and_the_last_instant_there_are_can_be_asked_for(string after, string before, int found)
    {
        using var executor = new Executor(api, $"instants {after} {before}");
        await MakeAsync(executor, 1);

        Assert.Equal(found, Ids(await ListAsync(executor, $"&createdAfter={after}&createdBefore={before}")).Length);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=1.5", "offset")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("cursor=00000000000000000000000000&offset=0", "cursor")]
    [InlineData("status=completed", "status")]
    [InlineData("status=DONE", "status")]
    [InlineData("createdAfter=2026-05-23", "createdAfter")]
    [InlineData("createdBefore=2026-05-23T06:00:05%2B00:00", "createdBefore")]
    [InlineData("limit=0&status=x&createdAfter=y", "limit", "status", "createdAfter")]
    public async Task A_query_out_of_range_is_refused_field_by_field(string query, params string[] fields)
    {
        using var client = api.CreateClient();

        Expect.Invalid(await client.SendAsync(HttpMethod.Get, $"/workflow-runs?organizationId=o&{query}"), fields);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_limit_at_its_bounds_is_taken(int limit)
    {
        using var executor = new Executor(api);

        Assert.Equal(limit, (int)(await ListAsync(executor, $"&limit={limit}"))["limit"]!);
    }

    [Fact]
    public async Task The_list_needs_an_organization()
    {
        using var client = api.CreateClient();

        Expect.Invalid(await client.SendAsync(HttpMethod.Get, "/workflow-runs"), "organizationId");
    }

    [Fact]
    public async Task Another_organizations_runs_are_neither_listed_nor_counted()
    {
        using var executor = new Executor(api);
        using var neighbour = new Executor(api, "a neighbour");
        await MakeAsync(neighbour, 2);
        var mine = await MakeAsync(executor, 1);

        var list = await ListAsync(executor);

        Assert.Equal(mine, Ids(list));
        Assert.Equal(1, (int)list["total"]!);
    }

    private static async Task<string[]> MakeAsync(Executor executor, int count)
    {
        var made = new string[count];
        for (var i = 0; i < count; i++)
        {
            made[i] = await executor.StartRunAsync();
        }

        return made;
    }

    private static async Task<JsonObject> ListAsync(Executor executor, string query = "")
        => Expect.Ok(await executor.GetAsync($"/workflow-runs?organizationId={executor.Organization}{query}"));

    private static string[] Ids(JsonObject list) => [.. list["items"]!.AsArray().Select(run => (string)run!["id"]!)];
}
