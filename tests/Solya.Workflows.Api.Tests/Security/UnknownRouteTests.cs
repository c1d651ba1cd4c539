namespace Solya.Workflows.Api.Tests.Security;

/// <summary>What is not there: paths, methods, ids.</summary>
public class UnknownRouteTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    public static TheoryData<string> HostileIds =>
    [
        "x",
        "wfrun_",
        "wfrun_0000000000000000000000000",
        "wfrun_000000000000000000000000000",
        "wfrun_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "wfrun_80000000000000000000000000",
        "WFRUN_00000000000000000000000000",
        "wfrun_0000000000000000000000000A",
        "wfxxx_00000000000000000000000000",
        "0",
        "-1",
        "null",
        "undefined",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "%F0%9F%98%80",
        "%C3%A9",
        "%ED%A0%80", // half a surrogate pair
        "%FF%FE",
        "a%2Fb",
        "wfrun_00000000000000000000000000%2F",
        "%2F%2F",
        "%2e%2e%2f",
        "%5C",
        "a%0Ab",
        "%20",
        "%25",
        "%",
        "'%20OR%201=1--",
        "{id}",
        "*",
        "a;b",
        new string('a', 5_000),
        new string('é', 500),
    ];

    public static TheoryData<string, string, string> WrongMethods => new()
    {
        { "DELETE", "/api/data-platform/workflow-runs", "GET, POST" },
        { "PUT", "/api/data-platform/workflow-runs/x", "GET, PATCH" },
        { "GET", "/api/data-platform/workflow-runs/x/heartbeat", "POST" },
        { "GET", "/api/data-platform/workflow-runs/x/steps", "POST" },
        { "POST", "/api/data-platform/workflow-run-steps/x", "GET, PATCH" },
        { "DELETE", "/api/data-platform/workflow-run-steps/x", "GET, PATCH" },
        { "GET", "/api/data-platform/workflow-actions/task-create", "POST" },
        { "POST", "/api/data-platform/action-vectors", "PUT" },
        { "POST", "/api/data-platform/tasks", "GET" },
        { "GET", "/api/data-platform/tasks/x", "PATCH" },
        { "GET", "/api/data-platform/workflow-actions/create-or-get-plan", "POST" },
        { "PUT", "/api/data-platform/workflow-actions/add-items-to-plan", "POST" },
        { "POST", "/api/data-platform/plans", "GET" },
        { "PUT", "/api/data-platform/plans/x", "GET, PATCH" },
        { "GET", "/api/data-platform/workflows", "POST" },
        { "PUT", "/api/data-platform/workflows/x", "GET, PATCH" },
        { "TRACE", "/api/data-platform/tasks", "GET" },
        { "PURGE", "/api/data-platform/tasks", "GET" },
        { "GET", "/api/internal/cron/zombie-run-sweep", "POST" },
    };

    [Theory]
    [InlineData("GET", "/api/data-platform/no-such-route")]
    [InlineData("POST", "/api/data-platform/no-such-route")]
    [InlineData("GET", "/api/data-platform/workflow-runs/x/steps/y")]
    [InlineData("GET", "/api/data-platform/tasks/x/y/z")]
    [InlineData("GET", "/api/data-platform")]
    [InlineData("GET", "/api/data-platform/")]
    [InlineData("POST", "/api/internal/cron/no-such-route")]
    [InlineData("GET", "/api/internal/cron")]
    public async Task An_unknown_path_is_404_in_the_faces_shape(string method, string path)
    {
        using var client = api.CreateClient();

        var answer = await client.SendAsync(new HttpMethod(method), path, method == "POST" ? "{}" : null);

        Assert.Equal(404, answer.StatusCode);
        Assert.Equal("""{"success":false,"error":"There is no such route.","errorCode":"RECORD_NOT_FOUND"}""", answer.Text);
    }

    [Theory]
    [MemberData(nameof(WrongMethods))]
    public async Task A_known_path_with_another_method_is_405_and_says_which_are_allowed(string method, string path, string allow)
    {
        using var client = api.CreateClient();

        var answer = await client.SendAsync(new HttpMethod(method), path);

        Assert.Equal(405, answer.StatusCode);
        Assert.Equal(allow, string.Join(", ", answer.Message.Content.Headers.Allow));
        Assert.Equal("METHOD_NOT_ALLOWED", answer.ErrorCode);
        Assert.False((bool)answer.Body["success"]!);
        Assert.Equal(["error", "errorCode", "success"], answer.Body.Select(field => field.Key).Order());
    }

    [Theory]
    [MemberData(nameof(HostileIds))]
    public async Task Any_text_that_is_no_id_is_unknown(string id)
    {
        var expected = new Dictionary<string, string>
        {
            ["/api/data-platform/workflow-runs/{0}"] = "There is no such run.",
            ["/api/data-platform/workflow-run-steps/{0}"] = "There is no such step.",
            ["/api/data-platform/plans/{0}"] = "There is no such plan.",
            ["/api/data-platform/workflows/{0}"] = "There is no such workflow.",
        };
        foreach (var (template, text) in expected)
        {
            // As it stands: an HttpClient would tidy the path. An é goes out as Latin-1, which is no UTF-8.
            var path = template.Replace("{0}", Uri.EscapeDataString(id).Replace("%25", "%", StringComparison.Ordinal), StringComparison.Ordinal);
            var answer = await RawHttp.SendAsync(
                api.Address, $"GET {path}?organizationId=o HTTP/1.1", $"Authorization: Bearer {WorkflowsApi.Token}");

            Assert.Equal(404, answer.StatusCode);
            Assert.Contains("\"errorCode\":\"RECORD_NOT_FOUND\"", answer.Body, StringComparison.Ordinal);
            Assert.Contains(text, answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(HostileIds))]
    public async Task Any_text_that_is_no_id_is_unknown_in_a_body_too(string id)
    {
        using var client = api.CreateClient();
        var text = Uri.UnescapeDataString(id);

        var started = await client.PostAsync("/workflow-runs", new { organizationId = "o", workflowId = text });
        var added = await client.PostAsync(
            "/workflow-actions/add-items-to-plan", new { organizationId = "o", planId = text, items = new[] { new { variantId = "v" } } });

        Assert.Equal(404, started.StatusCode);
        Assert.Equal("There is no such workflow.", (string?)started.Body["error"]);
        Assert.Equal(404, added.StatusCode);
        Assert.Equal("There is no such plan.", (string?)added.Body["error"]);
    }

    [Fact]
    public async Task A_write_to_a_hostile_id_is_unknown_when_its_body_is_right_and_invalid_when_not()
    {
        using var client = api.CreateClient();
        foreach (var route in Routes.WithBody.Where(route => route.Template.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var id in new[] { "x", "%F0%9F%98%80", "a%2Fb", new string('z', 2_000), "wfrun_zzzzzzzzzzzzzzzzzzzzzzzzzz" })
            {
                var right = await client.SendAsync(route, route.Example, id);
                var wrong = await client.SendAsync(route, """{ "organizationId": 5 }""", id);

                Assert.Equal(404, right.StatusCode);
                Assert.Equal(400, wrong.StatusCode);
            }
        }
    }
}
