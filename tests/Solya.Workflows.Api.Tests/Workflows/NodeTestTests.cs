namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Trying one node: what it decides is told at once, and what waits is told to wait.</summary>
public class NodeTestTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("manual_trigger", "", """{"status":"success","output":{ "n": 3 },"error":null}""")]
    [InlineData("approval", "\"prompt\": \"Pay?\"", """{"status":"waiting","output":null,"error":null}""")]
    [InlineData("external_event", "\"signalType\": \"go\", \"timeoutMs\": 1", """{"status":"waiting","output":null,"error":null}""")]
    [InlineData("delay", "\"duration\": 2, \"unit\": \"days\"", """{"status":"waiting","output":null,"error":null}""")]
    [InlineData("condition", "\"expression\": \"context.n > 2\"", """{"status":"success","output":{"result":true},"error":null}""")]
    [InlineData("switch", "\"expression\": \"context.n\"", """{"status":"success","output":{"value":3}""")]
    [InlineData("terminate", "\"status\": \"completed\"", """{"status":"success","output":{"status":"completed","message":null},"error":null}""")]
    [InlineData("terminate", "\"status\": \"failed\", \"message\": \"No {{ context.n }}\"", """{"status":"failed"}""")]
    [InlineData("iterator", "\"items\": [1, 2], \"graph\": { \"nodes\": [ { \"id\": \"line\", \"type\": \"action\", \"data\": { \"componentId\": \"text\", \"text\": \"{{ item }}-{{ index }}\" } } ] }", """{"status":"success"}""")]
    [InlineData("iterator", "\"items\": [1], \"graph\": { \"nodes\": [ { \"id\": \"ask\", \"type\": \"action\", \"data\": { \"componentId\": \"approval\" } } ] }", """{"status":"waiting","output":null,"error":null}""")]
    [InlineData("iterator", "\"items\": \"{{ context.n }}\", \"graph\": { \"nodes\": [ { \"id\": \"line\", \"type\": \"action\", \"data\": { \"componentId\": \"text\", \"text\": \"x\" } } ] }", """{"status":"failed"}""")]
    [InlineData("condition", "\"expression\": \"context.n + nothing.at.all > 2\"", """{"status":"failed"}""")]
    [InlineData("trigger_workflow", "\"workflow_id\": \"fl_00000000000000000000000000\", \"wait\": true", """{"status":"failed"}""")]
    [InlineData("trigger_workflow", "\"workflow_id\": \"x\", \"wait\": false", """{"status":"failed"}""")]
    public async Task A_node_is_tried(string component, string fields, string expected)
    {
        using var person = new Person(api, $"{component}{fields.Length}");

        var answer = await TryAsync(person, component, fields);

        Assert.True(answer.StatusCode == 200, answer.ToString());
        Assert.StartsWith(expected[..^1], answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Another_workflow_is_started(string wait)
    {
        using var person = new Person(api, wait);
        var id = (string)(await person.StoreAsync())["id"]!;

        var answer = await TryAsync(person, "trigger_workflow", $$"""
            "workflow_id": "{{id}}", "wait": {{wait}}, "context": { "name": "Ada" }
            """);

        Assert.True(answer.StatusCode == 200, answer.ToString());
        var run = Assert.Single((await person.GetAsync($"/workflows/{id}/executions")).Body["data"]!.AsArray())!;
        Assert.Equal("""{"name":"Ada"}""", run["trigger_payload"]!.ToJsonString());
        Assert.Equal("completed", (string?)(await person.EndedRunAsync((string)run["id"]!))["status"]);
        Assert.StartsWith(
            wait == "true" ? """{"status":"waiting","output":null,"error":null}""" : $$"""{"status":"success","output":{"run_id":"{{run["id"]}}","status":"pending"}""",
            answer.Text, StringComparison.Ordinal);
    }

    private static Task<ApiAnswer> TryAsync(Person person, string component, string fields) => person.PostAsync(
        "/workflows/test-node",
        $$"""{ "node": { "id": "n", "type": "action", "data": { "componentId": "{{component}}"{{(fields.Length > 0 ? ", " : "")}}{{fields}} } }, "context": { "n": 3 } }""");
}
