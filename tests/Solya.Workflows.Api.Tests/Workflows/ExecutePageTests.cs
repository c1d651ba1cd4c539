namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>The page of the execute route, word for word.</summary>
public class ExecutePageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] RunKeys =
        ["id", "status", "trigger_payload", "error_message", "started_at", "completed_at", "duration_in_seconds", "created_at", "workflow", "logs"];

    private static readonly string[] WorkflowKeys =
        ["id", "name", "description", "nodes", "edges", "schedule_type", "schedule_value", "next_run_at", "is_active", "webhook_url", "created_at", "updated_at", "authorization", "runs"];

    private static readonly string[] LogKeys = ["id", "execution_id", "node_id", "component_id", "status", "output", "created_at"];

    [Fact]
    public async Task The_example_of_the_page_is_accepted_and_answered_in_its_shape()
    {
        using var person = new Person(api);
        var workflow = await person.StoreAsync(more: """, "description": "Workflow to onboard new users.", "schedule_type": "cron", "schedule_value": "0 9 * * *" """);

        var answer = await person.ExecuteAsync((string)workflow["id"]!, """{ "context": { "user_id": 123, "source": "manual-test" } }""");

        Assert.Equal(202, answer.StatusCode);
        Assert.Equal(RunKeys, answer.Body.Select(property => property.Key));
        Assert.Equal("pending", (string?)answer.Body["status"]);
        Assert.Equal("""{ "user_id": 123, "source": "manual-test" }""", RawOf(answer.Text, "trigger_payload"));
        Assert.Matches("^fl_run_[0-9a-hjkmnp-tv-z]{26}$", (string)answer.Body["id"]!);
        Assert.All(new[] { "error_message", "started_at", "completed_at", "duration_in_seconds" }, name => Assert.Null(answer.Body[name]));
        var shown = answer.Body["workflow"]!.AsObject();
        Assert.Equal(WorkflowKeys, shown.Select(property => property.Key));
        Assert.Equal("[]", shown["runs"]!.ToJsonString());
        Assert.Equal(workflow["nodes"]!.ToJsonString(), shown["nodes"]!.ToJsonString());
        Assert.Equal(["id", "user_id", "email", "created_at"], shown["authorization"]!.AsObject().Select(property => property.Key));
        Assert.Equal("ada@example.com", (string?)shown["authorization"]!["email"]);
        Assert.Empty(answer.Body["logs"]!.AsArray());
    }

    [Fact]
    public async Task A_run_that_has_ended_says_how_its_nodes_ended()
    {
        using var person = new Person(api);
        var workflow = await person.StoreAsync();

        var started = (await person.ExecuteAsync((string)workflow["id"]!, """{ "context": { "name": "Ada" } }""")).Body;
        var run = await person.EndedRunAsync((string)started["id"]!);

        Assert.Equal(RunKeys, run.Select(property => property.Key));
        Assert.Equal("completed", (string?)run["status"]);
        Assert.True((long)run["duration_in_seconds"]! >= 0);
        Assert.NotNull(run["started_at"]);
        Assert.NotNull(run["completed_at"]);
        var logs = run["logs"]!.AsArray();
        Assert.Equal(["start", "greet"], logs.Select(log => (string)log!["node_id"]!));
        Assert.All(logs, log =>
        {
            Assert.Equal(LogKeys, log!.AsObject().Select(property => property.Key));
            Assert.Equal("success", (string?)log["status"]);
            Assert.Equal((string?)run["id"], (string?)log["execution_id"]);
            Assert.StartsWith("fl_log_", (string)log["id"]!, StringComparison.Ordinal);
        });
        Assert.Equal("manual_trigger", (string?)logs[0]!["component_id"]);
        Assert.Equal("""{"hello":"Ada"}""", logs[1]!["output"]!.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{ "context": {} }""")]
    public async Task Body_and_context_may_be_left_out(string? body)
    {
        using var person = new Person(api, $"{body?.Length}");
        var workflow = await person.StoreAsync();

        var answer = await person.ExecuteAsync((string)workflow["id"]!, body);

        Assert.Equal(202, answer.StatusCode);
        Assert.Equal("{}", answer.Body["trigger_payload"]!.ToJsonString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"x\"")]
    public async Task A_context_that_is_no_object_is_422_and_says_so(string context)
    {
        using var person = new Person(api, context);
        var workflow = await person.StoreAsync();

        var answer = await person.ExecuteAsync((string)workflow["id"]!, $$"""{ "context": {{context}} }""");

        Assert.Equal(422, answer.StatusCode);
        Assert.Equal(["message", "errors"], answer.Body.Select(property => property.Key));
        Assert.NotEmpty(answer.Body["errors"]!["context"]!.AsArray());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "context": { "a": 1, "a": 2 } }""")]
    [InlineData("""{ "context": { "a": "\u0000" } }""")]
    public async Task Malformed_json_is_400(string body)
    {
        using var person = new Person(api, $"{body.Length}");
        var workflow = await person.StoreAsync();

        var answer = await person.ExecuteAsync((string)workflow["id"]!, body);

        Assert.Equal(400, answer.StatusCode);
        Assert.Equal(["message"], answer.Body.Select(property => property.Key));
    }

    [Theory]
    [InlineData("fl_00000000000000000000000000")]
    [InlineData("unknown")]
    [InlineData("wfdef_00000000000000000000000000")]
    public async Task An_unknown_workflow_is_404(string id)
    {
        using var person = new Person(api, id);

        var answer = await person.ExecuteAsync(id);

        Assert.Equal(404, answer.StatusCode);
        Assert.Equal("""{"message":"There is no such workflow."}""", answer.Text);
    }

    [Fact]
    public async Task An_inactive_workflow_is_409_and_gets_no_run()
    {
        using var person = new Person(api);
        var workflow = await person.StoreAsync(more: """, "is_active": false""");

        var answer = await person.ExecuteAsync((string)workflow["id"]!);

        Assert.Equal(409, answer.StatusCode);
        Assert.Equal(0, (await person.GetAsync($"/workflows/{workflow["id"]}/executions")).Body["meta"]!["total"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_failed_node_fails_the_run_and_its_log_has_the_error()
    {
        using var person = new Person(api);
        var workflow = await person.StoreAsync(
            """ "nodes": [ { "id": "n", "type": "action", "data": { "componentId": "set", "values": { "a": "{{ context.missing.deep.deeper }}" } } } ] """);

        var run = await person.EndedRunAsync((string)(await person.ExecuteAsync((string)workflow["id"]!)).Body["id"]!);

        Assert.Equal("failed", (string?)run["status"]);
        Assert.NotNull(run["error_message"]);
        var log = Assert.Single(run["logs"]!.AsArray())!;
        Assert.Equal("failed", (string?)log["status"]);
        Assert.NotNull(log["output"]!["error"]!["code"]);
    }

    private static string RawOf(string text, string name)
    {
        using var document = System.Text.Json.JsonDocument.Parse(text);
        return document.RootElement.GetProperty(name).GetRawText();
    }
}
