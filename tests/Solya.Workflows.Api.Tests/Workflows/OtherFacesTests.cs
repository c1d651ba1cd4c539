using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.DataPlatform;
using Solya.Workflows.Api.Tests.V1;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Every face shows the workflows of the others in its own shape, and changes none of them.</summary>
public class OtherFacesTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Flow =
        """{ "nodes": [ { "id": "t", "position": { "x": 499.00 }, "data": { "nodeType": "TRIGGER", "actionType": null } }, { "id": "p", "data": { "nodeType": "ACTION", "actionType": "CREATE_OR_GET_PLAN" } } ], "edges": [ { "id": "e", "source": "t", "target": "p" } ] }""";

    [Fact]
    public async Task The_data_platform_sees_a_graph_with_its_nodes_in_its_own_words()
    {
        using var person = new Person(api);
        using var platform = api.CreateClient();
        var stored = await person.StoreAsync(
            """
            "nodes": [
              { "id": "start", "type": "trigger", "position": { "x": 499.00 }, "data": { "componentId": "manual_trigger", "nodeType": "mine" } },
              { "id": "call", "type": "action", "data": { "componentId": "webhook", "method": "GET", "url": "https://example.com" } },
              { "id": "set", "type": "action", "data": { "componentId": "set", "values": { "a": 1 } } } ],
            "edges": [ { "id": "e1", "source": "start", "target": "call", "sourceHandle": null }, { "id": "e2", "source": "call", "target": "set" } ]
            """);
        var id = DefinitionOf((string)stored["id"]!);

        var read = await platform.SendAsync(HttpMethod.Get, $"/workflows/{id}?organizationId={person.Organization}");
        var list = await platform.SendAsync(HttpMethod.Get, $"/workflows/active?organizationId={person.Organization}");

        var flow = Expect.Ok(read)["flowDefinition"]!;
        Assert.Equal(
            """
            [{"id":"start","type":"trigger","position":{"x":499.00},"data":{"nodeType":"TRIGGER","actionType":null,"componentId":"manual_trigger"}},{"id":"call","type":"action","data":{"nodeType":"ACTION","actionType":"CALL_WEBHOOK","componentId":"webhook","method":"GET","url":"https://example.com"}},{"id":"set","type":"action","data":{"nodeType":"ACTION","actionType":null,"componentId":"set","values":{"a":1}}}]
            """,
            flow["nodes"]!.ToJsonString(Relaxed));
        Assert.Equal(["start>call", "call>set"], EdgesOf(flow));
        Expect.Same(read.Data, Assert.Single(list.Data["items"]!.AsArray()));
    }

    [Fact]
    public async Task The_data_platform_sees_the_newest_graph()
    {
        using var person = new Person(api);
        using var platform = api.CreateClient();
        var stored = await person.StoreAsync();
        await person.PatchAsync($"/workflows/{stored["id"]}", $$"""{ {{Person.WaitingGraph}} }""");

        var flow = (await platform.SendAsync(HttpMethod.Get, $"/workflows/{DefinitionOf((string)stored["id"]!)}?organizationId={person.Organization}")).Data["flowDefinition"]!;

        Assert.Equal(["wait>after"], EdgesOf(flow));
    }

    [Fact]
    public async Task The_data_platform_sees_steps_as_a_chain_of_nodes()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var platform = api.CreateClient();
        var definition = V1Expect.Success(201, await program.PostAsync(
            "/v1/workflow-definitions",
            """{ "name": "steps", "version": "1", "steps": [ { "name": "tell", "type": "task", "handler": "email.send", "config": { "to": "a@example.com", "subject": "s", "text": "t" } }, { "name": "pause", "type": "wait", "durationMs": 1000 } ] }"""));

        var shown = Expect.Ok(await platform.SendAsync(HttpMethod.Get, $"/workflows/{definition["id"]}?organizationId={program.WorkspaceId}"));

        var flow = shown["flowDefinition"]!;
        Assert.Equal(["tell ACTION SEND_EMAIL task", "pause ACTION  wait"], flow["nodes"]!.AsArray().Select(node => $"{node!["id"]} {node["data"]!["nodeType"]} {node["data"]!["actionType"]} {node["data"]!["type"]}"));
        Assert.Equal(["tell>pause"], EdgesOf(flow));
    }

    [Fact]
    public async Task A_graph_and_a_definition_are_not_changed_or_reported_by_the_data_platform()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var person = Person.Of(api, program.WorkspaceId);
        using var platform = api.CreateClient();
        var definition = V1Expect.Success(201, await program.PostAsync("/v1/workflow-definitions", """{ "name": "s", "version": "1", "steps": [ { "name": "pause", "type": "wait", "durationMs": 1000 } ] }"""));

        foreach (var id in new[] { DefinitionOf((string)(await person.StoreAsync())["id"]!), (string)definition["id"]! })
        {
            var patched = await platform.PatchAsync($"/workflows/{id}", $$"""{ "organizationId": "{{program.WorkspaceId}}", "flowDefinition": {{Flow}} }""");
            var reported = await platform.PostAsync("/workflow-runs", new { organizationId = program.WorkspaceId, workflowId = id });

            Expect.Error(409, "WORKFLOW_NOT_ACTIVE", patched);
            Assert.Equal("The engine executes the workflow; it is not changed here.", (string?)patched.Body["error"]);
            Expect.Error(409, "WORKFLOW_NOT_ACTIVE", reported);
        }
    }

    [Fact]
    public async Task A_flow_of_the_data_platform_is_shown_to_people_and_not_changed_or_executed_by_them()
    {
        using var person = new Person(api);
        using var platform = api.CreateClient();
        var stored = Expect.Ok(await platform.PostAsync("/workflows", $$"""{ "organizationId": "{{person.Organization}}", "name": "flow", "status": "ACTIVE", "flowDefinition": {{Flow}} }"""));
        var draft = Expect.Ok(await platform.PostAsync("/workflows", $$"""{ "organizationId": "{{person.Organization}}", "name": "draft" }"""));
        var id = $"fl_{((string)stored["id"]!)[^26..]}";

        var read = await person.GetAsync($"/workflows/{id}");
        var listed = JsonNode.Parse((await person.GetAsync("/workflows")).Text)!.AsArray();
        var bare = (await person.GetAsync($"/workflows/fl_{((string)draft["id"]!)[^26..]}")).Body;

        Assert.Contains(Flow[Flow.IndexOf("[ {", StringComparison.Ordinal)..(Flow.IndexOf("], \"edges\"", StringComparison.Ordinal) + 1)], read.Text, StringComparison.Ordinal);
        Assert.Equal(["t>p"], EdgesOf(read.Body));
        Assert.Equal(("flow", true, true, null), ((string)read.Body["name"]!, (bool)read.Body["read_only"]!, (bool)read.Body["is_active"]!, (string?)read.Body["webhook_url"]));
        Assert.Equal(["draft False", "flow True"], listed.Select(workflow => $"{workflow!["name"]} {(bool)workflow["is_active"]!}"));
        Assert.Equal(("[]", "[]"), (bare["nodes"]!.ToJsonString(), bare["edges"]!.ToJsonString()));

        const string readOnly = """{"message":"The workflow was stored by another face, and is read-only here."}""";
        const string outside = """{"message":"The workflow is executed outside of this service."}""";
        Told(409, readOnly, await person.PatchAsync($"/workflows/{id}", """{ "name": "x" }"""));
        Told(409, readOnly, await person.DeleteAsync($"/workflows/{id}"));
        Told(409, readOnly, await person.PostAsync($"/workflows/{id}/webhook/rotate"));
        Told(409, outside, await person.ExecuteAsync(id));
        Told(409, outside, await person.PostAsync($"/workflows/sync/{id}"));
        Assert.Equal(read.Text, (await person.GetAsync($"/workflows/{id}")).Text);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string DefinitionOf(string flow) => $"wfdef_{flow[^26..]}";

    private static IEnumerable<string> EdgesOf(JsonNode flow) => flow["edges"]!.AsArray().Select(edge => $"{edge!["source"]}>{edge["target"]}");

    private static void Told(int status, string text, ApiAnswer answer) => Assert.Equal((status, text), (answer.StatusCode, answer.Text));
}
