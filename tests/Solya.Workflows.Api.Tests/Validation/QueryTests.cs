namespace Solya.Workflows.Api.Tests.Validation;

public class QueryTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [MemberData(nameof(Routes.QueryRoutes), MemberType = typeof(Routes))]
    public async Task The_organization_must_be_named_once_and_be_storable(string template)
    {
        foreach (var query in new[]
        {
            "", "?organization=o", "?organizationId", "?organizationId=", "?organizationId=a&organizationId=a", "?organizationId=a&organizationId=b",
            "?organizationId=a%00b", $"?organizationId={new string('a', 256)}",
        })
        {
            await AssertInvalidAsync(template, query, "organizationId");
        }
    }

    [Theory]
    [MemberData(nameof(Routes.QueryRoutes), MemberType = typeof(Routes))]
    public async Task Any_other_organization_is_at_worst_unknown(string template)
    {
        using var client = api.CreateClient();
        foreach (var organization in new[] { "o", "%20", "%F0%9F%98%80", "%ED%A0%80", "%FF", "%", "a%2Cb", "'--", "%25", new string('a', 255), "null", "a+b" })
        {
            var answer = await client.SendAsync(HttpMethod.Get, Path(template) + "?organizationId=" + organization);

            Assert.Contains(answer.StatusCode, new[] { 200, 404 });
        }
    }

    [Theory]
    [MemberData(nameof(Routes.ListRoutes), MemberType = typeof(Routes))]
    public async Task A_list_refuses_a_page_that_is_none(string template)
    {
        foreach (var limit in new[] { "0", "101", "-1", "abc", "+5", "5.0", "1e1", "", "%205", "5%20", "99999999999999999999", "%00", "٥", "0x5", "5&limit=6" })
        {
            await AssertInvalidAsync(template, $"?organizationId=o&limit={limit}", "limit");
        }

        foreach (var offset in new[] { "-1", "abc", "+5", "1.0", "", "99999999999999999999", "2147483648", "0&offset=1" })
        {
            await AssertInvalidAsync(template, $"?organizationId=o&offset={offset}", "offset");
        }

        foreach (var cursor in new[] { "", "x", "wfrun_00000000000000000000000000", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "%00", "0000000000000000000000000A", "00000000000000000000000000&cursor=00000000000000000000000000" })
        {
            await AssertInvalidAsync(template, $"?organizationId=o&cursor={cursor}", "cursor");
        }

        await AssertInvalidAsync(template, "?organizationId=o&offset=0&cursor=00000000000000000000000000", "cursor");
    }

    [Theory]
    [MemberData(nameof(Routes.ListRoutes), MemberType = typeof(Routes))]
    public async Task A_list_takes_every_page_that_is_one(string template)
    {
        using var client = api.CreateClient();
        foreach (var page in new[] { "", "&limit=1", "&limit=100", "&offset=0", "&offset=2147483647", "&limit=5&offset=7", "&cursor=00000000000000000000000000", "&unknown=1&unknown=2" })
        {
            var answer = await client.SendAsync(HttpMethod.Get, $"{template}?organizationId=o{page}");

            Assert.Equal(200, answer.StatusCode);
            Assert.Equal(["items", "limit", "nextCursor", "offset", "total"], answer.Data.Select(field => field.Key).Order());
        }
    }

    [Theory]
    [InlineData("/workflow-runs", "status", "running")]
    [InlineData("/workflow-runs", "status", "")]
    [InlineData("/workflow-runs", "status", "RUNNING&status=FAILED")]
    [InlineData("/workflow-runs", "createdAfter", "2026-05-23")]
    [InlineData("/workflow-runs", "createdAfter", "2026-05-23T06:00:00%2B00:00")]
    [InlineData("/workflow-runs", "createdBefore", "0000-01-01T00:00:00Z")]
    [InlineData("/workflow-runs", "createdBefore", "2026-05-23T06:00:00Z%0A")]
    [InlineData("/workflow-runs", "workflowId", "a%00")]
    [InlineData("/tasks", "status", "open")]
    [InlineData("/tasks", "domain", "RESTOCK")]
    [InlineData("/tasks", "workflowRunId", "%00")]
    [InlineData("/plans", "status", "OPEN")]
    [InlineData("/plans", "planType", "restock")]
    public Task A_filter_out_of_range_is_400(string path, string name, string value)
        => AssertInvalidAsync(ApiClient.Prefix + path, $"?organizationId=o&{name}={value}", name);

    [Fact]
    public async Task All_bad_parts_of_a_query_are_named_at_once()
    {
        using var client = api.CreateClient();

        var answer = await client.SendAsync(HttpMethod.Get, "/workflow-runs?status=x&createdAfter=x&createdBefore=x&limit=0&cursor=x");

        Assert.Equal(["createdAfter", "createdBefore", "cursor", "limit", "organizationId", "status"], answer.Fields.Order());
    }

    private async Task AssertInvalidAsync(string template, string query, string field)
    {
        using var client = api.CreateClient();
        var answer = await client.SendAsync(HttpMethod.Get, Path(template) + query);
        Assert.True(answer.StatusCode == 400, $"{answer.StatusCode} for {query}: {answer.Text}");
        Assert.Equal("VALIDATION_ERROR", answer.ErrorCode);
        Assert.Equal([field], answer.Fields);
    }

    private static string Path(string template)
        => template.Replace("{id}", "x", StringComparison.Ordinal).Replace("{stepId}", "x", StringComparison.Ordinal);
}
