using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.V1;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Storing, reading, changing and deleting workflows.</summary>
public class WorkflowTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task What_was_stored_is_read_back_with_its_webhook_whole()
    {
        using var person = new Person(api);

        var stored = await person.StoreAsync();
        var read = await person.GetAsync($"/workflows/{stored["id"]}");

        Assert.Equal(stored.ToJsonString(), read.Body.ToJsonString());
        Assert.Matches("^fl_[0-9a-z]{26}$", (string)stored["id"]!);
        Assert.Matches("/workflows/webhooks/[A-Za-z0-9_-]{43}$", (string)stored["webhook_url"]!);
        Assert.True((bool)stored["is_active"]!);
        Assert.Equal(("manual", "UTC", "last", "skip"), ((string)stored["schedule_type"]!, (string)stored["timezone"]!, (string)stored["catch_up"]!, (string)stored["overlap"]!));
        Assert.False((bool)stored["read_only"]!);
    }

    [Fact]
    public async Task The_list_is_newest_first_without_graphs_and_with_masked_webhooks()
    {
        using var person = new Person(api);
        var (old, young) = ((string)(await person.StoreAsync())["id"]!, (string)(await person.StoreAsync())["id"]!);

        var list = JsonNode.Parse((await person.GetAsync("/workflows")).Text)!.AsArray();

        Assert.Equal([young, old], list.Select(workflow => (string)workflow!["id"]!));
        Assert.All(list, workflow =>
        {
            Assert.False(workflow!.AsObject().ContainsKey("nodes") || workflow.AsObject().ContainsKey("edges"));
            Assert.EndsWith("/workflows/webhooks/********", (string)workflow["webhook_url"]!, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Another_graph_is_a_new_version_and_a_running_run_keeps_its_own()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(Person.WaitingGraph))["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;
        await person.RunWhenAsync(runId, status => status == "waiting");

        var changed = await person.PatchAsync($"/workflows/{id}", $$"""{ {{Person.Graph}} }""");
        var run = (await person.GetAsync($"/workflows/runs/{runId}")).Body;
        await person.PostAsync($"/workflows/runs/{runId}/signals", """{ "signal_type": "go" }""");

        Assert.Equal(200, changed.StatusCode);
        Assert.Equal("start", (string?)changed.Body["nodes"]![0]!["id"]);
        Assert.Equal("wait", (string?)run["workflow"]!["nodes"]![0]!["id"]);
        Assert.Equal(2, await api.Database.ScalarAsync<int>($"SELECT latest_version FROM workflows WHERE organization_id = '{person.Organization}'"));
        Assert.Equal("completed", (string?)(await person.EndedRunAsync(runId))["status"]);
    }

    [Fact]
    public async Task Changes_at_the_same_time_each_get_a_version_of_their_own()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => person.PatchAsync(
            $"/workflows/{id}", $$$"""{ "nodes": [ { "id": "n{{{i}}}", "type": "action", "data": { "componentId": "set", "values": { "i": {{{i}}} } } } ], "edges": [] }""")));

        Assert.All(answers, answer => Assert.Equal(200, answer.StatusCode));
        Assert.Equal(9, await api.Database.ScalarAsync<int>($"SELECT latest_version FROM workflows WHERE organization_id = '{person.Organization}'"));
    }

    [Fact]
    public async Task What_a_patch_does_not_name_stays()
    {
        using var person = new Person(api);
        var stored = await person.StoreAsync(more: """, "description": "d", "schedule_type": "daily", "schedule_value": "09:00", "timezone": "Europe/Berlin" """);

        var renamed = (await person.PatchAsync($"/workflows/{stored["id"]}", """{ "name": "Other" }""")).Body;
        var cleared = (await person.PatchAsync($"/workflows/{stored["id"]}", """{ "description": null }""")).Body;

        Assert.Equal(("Other", "d"), ((string)renamed["name"]!, (string)renamed["description"]!));
        Assert.Equal(stored["next_run_at"]!.ToJsonString(), renamed["next_run_at"]!.ToJsonString());
        Assert.Equal(stored["nodes"]!.ToJsonString(), renamed["nodes"]!.ToJsonString());
        Assert.Null(cleared["description"]);
    }

    public static TheoryData<string, string> Bad => new()
    {
        { """{ "nodes": [] }""", "name" },
        { """{ "name": "" , "nodes": [] }""", "name" },
        { """{ "name": "n" }""", "nodes" },
        { """{ "name": "n", "nodes": {} }""", "nodes" },
        { $$"""{ "name": "n", {{Person.Graph}}, "edges": null }""".Replace("\"edges\": [ {", "\"other\": [ {", StringComparison.Ordinal), "edges" },
        { $$"""{ "name": "n", {{Person.Graph}}, "is_active": "yes" }""", "is_active" },
        { $$"""{ "name": "n", {{Person.Graph}}, "schedule_type": "hourly" }""", "schedule_type" },
        { $$"""{ "name": "n", {{Person.Graph}}, "schedule_type": "cron" }""", "schedule_value" },
        { $$"""{ "name": "n", {{Person.Graph}}, "schedule_type": "cron", "schedule_value": "* * *" }""", "schedule_value" },
        { $$"""{ "name": "n", {{Person.Graph}}, "schedule_type": "daily", "schedule_value": "09:00", "timezone": "Nowhere" }""", "timezone" },
        { $$"""{ "name": "n", {{Person.Graph}}, "catch_up": "some" }""", "catch_up" },
        { $$"""{ "name": "n", {{Person.Graph}}, "overlap": "ALLOW" }""", "overlap" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_field_is_422_and_named(string body, string field)
    {
        using var person = new Person(api, field);

        var answer = await person.PostAsync("/workflows", body);

        Assert.True(answer.StatusCode == 422, answer.ToString());
        Assert.True(answer.Body["errors"]!.AsObject().ContainsKey(field), answer.Text);
    }

    [Theory]
    [InlineData("""{ "id": "a", "type": "action", "data": { "componentId": "nothing" } }""", "[]", "nodes[1]")]
    [InlineData("""{ "id": "start", "type": "action", "data": { "componentId": "set", "values": {} } }""", "[]", "nodes[1]")]
    [InlineData("""{ "id": "a", "type": "action", "data": { "componentId": "set", "values": {} } }""", """[ { "id": "e", "source": "a", "target": "b" } ]""", "edges[0]")]
    [InlineData("""{ "id": "a", "type": "action", "data": { "componentId": "set", "values": {} } }""", """[ { "id": "e", "source": "a", "target": "a" } ]""", "edges")]
    public async Task A_bad_graph_is_422_and_its_node_or_edge_is_named(string node, string edges, string path)
    {
        using var person = new Person(api, $"{node.Length}");
        var graph = $$"""{ "name": "n", "nodes": [ { "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger" } }, {{node}} ], "edges": {{edges}} }""";

        var created = await person.PostAsync("/workflows", graph);
        var validated = await person.PostAsync("/workflows/validate", graph);
        var id = (string)(await person.StoreAsync())["id"]!;
        var patched = await person.PatchAsync($"/workflows/{id}", graph);

        Assert.Equal((422, 200, 422), (created.StatusCode, validated.StatusCode, patched.StatusCode));
        Assert.Contains(created.Body["errors"]!.AsObject(), error => error.Key.StartsWith(path, StringComparison.Ordinal));
        Assert.False((bool)validated.Body["valid"]!);
        Assert.Contains(validated.Body["errors"]!.AsArray(), error => ((string)error!["path"]!).StartsWith(path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_good_graph_is_valid()
    {
        using var person = new Person(api);

        var answer = await person.PostAsync("/workflows/validate", $$"""{ {{Person.Graph}} }""");

        Assert.Equal("""{"valid":true,"errors":[]}""", answer.Text);
    }

    [Fact]
    public async Task A_deleted_workflow_is_gone_and_its_runs_stay()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;
        await person.EndedRunAsync(runId);

        var deleted = await person.DeleteAsync($"/workflows/{id}");

        Assert.Equal(200, deleted.StatusCode);
        Assert.All(
            new[] { await person.GetAsync($"/workflows/{id}"), await person.ExecuteAsync(id), await person.DeleteAsync($"/workflows/{id}"), await person.GetAsync($"/workflows/{id}/executions") },
            answer => Assert.Equal(404, answer.StatusCode));
        Assert.Equal("[]", (await person.GetAsync("/workflows")).Text);
        Assert.Equal(id, (string?)(await person.GetAsync($"/workflows/runs/{runId}")).Body["workflow"]!["id"]);
    }

    [Fact]
    public async Task A_workflow_that_an_active_one_triggers_cannot_be_deleted()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        var other = (string)(await person.StoreAsync(
            $$$"""" "nodes": [ { "id": "t", "type": "action", "data": { "componentId": "trigger_workflow", "workflow_id": "{{{id}}}" } } ] """"))["id"]!;

        var refused = await person.DeleteAsync($"/workflows/{id}");
        await person.PatchAsync($"/workflows/{other}", """{ "is_active": false }""");
        var deleted = await person.DeleteAsync($"/workflows/{id}");

        Assert.Equal((409, 200), (refused.StatusCode, deleted.StatusCode));
    }

    [Fact]
    public async Task Workflows_of_other_faces_are_shown_and_not_changed()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var person = Person.Of(api, program.WorkspaceId);
        var definition = await program.PostAsync(
            "/v1/workflow-definitions",
            """{ "name": "steps", "version": "1", "steps": [ { "name": "one", "type": "task", "handler": "state.set", "config": { "a": 1 } }, { "name": "two", "type": "task", "handler": "state.set", "config": { "b": 2 } } ] }""");
        Assert.True(definition.StatusCode == 201, definition.ToString());

        var list = JsonNode.Parse((await person.GetAsync("/workflows")).Text)!.AsArray();
        var id = (string)Assert.Single(list)!["id"]!;
        var shown = (await person.GetAsync($"/workflows/{id}")).Body;

        Assert.True((bool)shown["read_only"]!);
        Assert.Null(shown["webhook_url"]);
        Assert.Equal(["one", "two"], shown["nodes"]!.AsArray().Select(node => (string)node!["id"]!));
        Assert.Equal("task", (string?)shown["nodes"]![0]!["data"]!["componentId"]);
        Assert.Equal(("one", "two"), ((string)shown["edges"]![0]!["source"]!, (string)shown["edges"]![0]!["target"]!));
        Assert.Equal(409, (await person.PatchAsync($"/workflows/{id}", """{ "name": "x" }""")).StatusCode);
        Assert.Equal(409, (await person.DeleteAsync($"/workflows/{id}")).StatusCode);
        Assert.Equal(409, (await person.PostAsync($"/workflows/{id}/webhook/rotate")).StatusCode);
        Assert.Equal("completed", (string?)(await person.EndedRunAsync((string)(await person.ExecuteAsync(id)).Body["id"]!))["status"]);
    }

    [Fact]
    public async Task A_repeated_create_with_a_key_stores_one_workflow()
    {
        using var person = new Person(api);
        var body = $$"""{ "name": "n", {{Person.Graph}} }""";

        var first = await person.PostAsync("/workflows", body, ("Idempotency-Key", "k"));
        var repeat = await person.PostAsync("/workflows", body, ("Idempotency-Key", "k"));

        Assert.Equal((201, 201), (first.StatusCode, repeat.StatusCode));
        Assert.Equal(first.Text, repeat.Text);
        Assert.Single(JsonNode.Parse((await person.GetAsync("/workflows")).Text)!.AsArray());
    }
}
