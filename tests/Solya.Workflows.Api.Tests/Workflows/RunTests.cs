namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>What people may do to runs.</summary>
public class RunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Executions_are_listed_newest_first_by_page()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        var runs = new List<string>();
        for (var i = 0; i < 21; i++)
        {
            runs.Insert(0, (string)(await person.ExecuteAsync(id)).Body["id"]!);
        }

        var first = (await person.GetAsync($"/workflows/{id}/executions")).Body;
        var second = (await person.GetAsync($"/workflows/{id}/executions?page=2")).Body;

        Assert.Equal(["data", "links", "meta"], first.Select(property => property.Key));
        Assert.Equal(runs, first["data"]!.AsArray().Concat(second["data"]!.AsArray()).Select(run => (string)run!["id"]!));
        Assert.Equal((21, 2, 20), ((int)first["meta"]!["total"]!, (int)first["meta"]!["last_page"]!, (int)first["meta"]!["per_page"]!));
        Assert.EndsWith("executions?page=2", (string)first["links"]!["next"]!, StringComparison.Ordinal);
        Assert.Null(first["links"]!["prev"]);
        Assert.Null(second["links"]!["next"]);
        Assert.Equal(422, (await person.GetAsync($"/workflows/{id}/executions?page=0")).StatusCode);
    }

    [Fact]
    public async Task Cancelling_ends_a_waiting_run_and_a_second_cancel_conflicts()
    {
        using var person = new Person(api);
        var runId = await WaitingRunAsync(person);

        var cancelled = await person.PostAsync($"/workflows/runs/{runId}/cancel");
        var again = await person.PostAsync($"/workflows/runs/{runId}/cancel");

        Assert.Equal((200, 409), (cancelled.StatusCode, again.StatusCode));
        Assert.Equal("cancelled", (string?)cancelled.Body["status"]);
        Assert.Equal("cancelled", (string?)Assert.Single(cancelled.Body["logs"]!.AsArray())!["status"]);
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_its_trigger_allows_fails_even_while_it_waits()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(
            """
            "nodes": [ { "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger", "timeoutMs": 300 } }, { "id": "wait", "type": "action", "data": { "componentId": "external_event", "signalType": "go" } } ],
            "edges": [ { "id": "e1", "source": "start", "target": "wait" } ]
            """))["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;

        var run = await person.EndedRunAsync(runId);

        Assert.Equal("failed", (string?)run["status"]);
        Assert.StartsWith("The run did not end in time", (string)run["error_message"]!, StringComparison.Ordinal);
        Assert.True((long)run["duration_in_seconds"]! < 10);
        Assert.Equal("cancelled", (string?)run["logs"]!.AsArray().Single(log => (string?)log!["node_id"] == "wait")!["status"]);
    }

    [Theory]
    [InlineData("signal_type")]
    [InlineData("signalType")]
    public async Task A_signal_moves_the_run_on_and_is_the_nodes_output(string name)
    {
        using var person = new Person(api, name);
        var runId = await WaitingRunAsync(person);

        var sent = await person.PostAsync($"/workflows/runs/{runId}/signals", $$"""{ "{{name}}": "go", "payload": { "paid": 499.00 } }""");
        var run = await person.EndedRunAsync(runId);

        Assert.Equal(202, sent.StatusCode);
        Assert.Equal("completed", (string?)run["status"]);
        Assert.Equal("499.00", run["logs"]!.AsArray().Single(log => (string?)log!["node_id"] == "wait")!["output"]!["paid"]!.ToJsonString());
        Assert.Equal(409, (await person.PostAsync($"/workflows/runs/{runId}/signals", """{ "signal_type": "go" }""")).StatusCode);
        Assert.Equal(422, (await person.PostAsync($"/workflows/runs/{runId}/signals", "{}")).StatusCode);
    }

    [Theory]
    [InlineData("approved", "completed")]
    [InlineData("rejected", "failed")]
    public async Task A_decision_moves_the_run_on_and_counts_once(string decision, string status)
    {
        using var person = new Person(api, decision);
        var id = (string)(await person.StoreAsync(""" "nodes": [ { "id": "ask", "type": "action", "data": { "componentId": "approval", "prompt": "Really?" } } ] """))["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;
        await person.RunWhenAsync(runId, current => current == "paused");

        var other = await person.PostAsync($"/workflows/runs/{runId}/approvals/other", $$"""{ "decision": "{{decision}}" }""");
        var bad = await person.PostAsync($"/workflows/runs/{runId}/approvals/ask", """{ "decision": "maybe" }""");
        var decided = await person.PostAsync($"/workflows/runs/{runId}/approvals/ask", $$"""{ "decision": "{{decision}}" }""");
        var again = await person.PostAsync($"/workflows/runs/{runId}/approvals/ask", $$"""{ "decision": "{{decision}}" }""");

        Assert.Equal((409, 422, 200, 409), (other.StatusCode, bad.StatusCode, decided.StatusCode, again.StatusCode));
        Assert.Equal(status, (string?)(await person.EndedRunAsync(runId))["status"]);
    }

    [Fact]
    public async Task A_rerun_is_a_new_run_with_the_same_payload()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        var first = await person.EndedRunAsync((string)(await person.ExecuteAsync(id, """{ "context": { "name": "Ada" } }""")).Body["id"]!);

        var answer = await person.PostAsync($"/workflows/runs/{first["id"]}/rerun");

        Assert.Equal(202, answer.StatusCode);
        Assert.Equal(["message", "new_run"], answer.Body.Select(property => property.Key));
        var run = await person.EndedRunAsync((string)answer.Body["new_run"]!["id"]!);
        Assert.NotEqual((string?)first["id"], (string?)run["id"]);
        Assert.Equal(first["trigger_payload"]!.ToJsonString(), run["trigger_payload"]!.ToJsonString());
    }

    [Fact]
    public async Task A_repeated_rerun_with_a_key_starts_one_run()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;

        var first = await person.PostAsync($"/workflows/runs/{runId}/rerun", null, ("Idempotency-Key", "k"));
        var repeat = await person.PostAsync($"/workflows/runs/{runId}/rerun", null, ("Idempotency-Key", "k"));

        Assert.Equal(202, first.StatusCode);
        Assert.Equal(first.Text, repeat.Text);
        await person.EndedRunAsync((string)first.Body["new_run"]!["id"]!);
    }

    [Fact]
    public async Task A_run_that_is_resumed_from_a_node_keeps_what_stands_before_it()
    {
        using var person = new Person(api);
        const string nodes =
            """
            "nodes": [
              { "id": "wait", "type": "action", "data": { "componentId": "external_event", "signalType": "go" } },
              { "id": "after", "type": "action", "data": { "componentId": "set", "values": { "paid": "{{ nodes.wait.output.paid }}" } } },
              { "id": "last", "type": "action", "data": { "componentId": "set", "values": { "b": 2 } } }
            ],
            "edges": [ { "id": "e1", "source": "wait", "target": "after" }, { "id": "e2", "source": "after", "target": "last" } ]
            """;
        var id = (string)(await person.StoreAsync(nodes))["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;
        var early = await person.PostAsync($"/workflows/runs/{runId}/resume-from/after");
        await person.PostAsync($"/workflows/runs/{runId}/signals", """{ "signal_type": "go", "payload": { "paid": 7 } }""");
        await person.EndedRunAsync(runId);

        var answer = await person.PostAsync($"/workflows/runs/{runId}/resume-from/after");
        var unknown = await person.PostAsync($"/workflows/runs/{runId}/resume-from/nothing");
        var run = await person.EndedRunAsync((string)answer.Body["new_run"]!["id"]!);

        Assert.Equal((409, 202, 404), (early.StatusCode, answer.StatusCode, unknown.StatusCode));
        Assert.Equal("completed", (string?)run["status"]);
        var outputs = run["logs"]!.AsArray().ToDictionary(log => (string)log!["node_id"]!, log => log!["output"]!.ToJsonString());
        Assert.Equal("""{"paid":7}""", outputs["wait"]);
        Assert.Equal("""{"paid":7}""", outputs["after"]);
        Assert.Equal(3, outputs.Count);
    }

    [Fact]
    public async Task A_synchronous_execution_answers_the_finished_run()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;

        var answer = await person.PostAsync($"/workflows/sync/{id}", """{ "context": { "name": "Ada" } }""");

        Assert.Equal(200, answer.StatusCode);
        Assert.Equal("completed", (string?)answer.Body["status"]);
        Assert.Equal(2, answer.Body["logs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_node_is_tested_without_a_run()
    {
        using var person = new Person(api);

        var answer = await person.PostAsync(
            "/workflows/test-node", """{ "node": { "id": "n", "type": "action", "data": { "componentId": "set", "values": { "hello": "{{ context.name }}" } } }, "context": { "name": "Ada" } }""");
        var failed = await person.PostAsync(
            "/workflows/test-node", """{ "node": { "id": "n", "type": "action", "data": { "componentId": "webhook", "method": "GET", "url": "http://127.0.0.1:9/" } } }""");
        var waits = await person.PostAsync(
            "/workflows/test-node", """{ "node": { "id": "n", "type": "action", "data": { "componentId": "approval" } } }""");
        var bad = await person.PostAsync("/workflows/test-node", """{ "node": { "id": "n", "type": "action", "data": { "componentId": "nothing" } } }""");
        var plan = await person.PostAsync(
            "/workflows/test-node", """{ "node": { "id": "n", "type": "action", "data": { "componentId": "plan_create_or_get", "planType": "RESTOCK", "planName": "p" } } }""");

        Assert.Equal("""{"status":"success","output":{"hello":"Ada"},"error":null}""", answer.Body.ToJsonString());
        Assert.Equal((200, "failed"), (failed.StatusCode, (string)failed.Body["status"]!));
        Assert.NotNull(failed.Body["error"]!["code"]);
        Assert.Equal("waiting", (string?)waits.Body["status"]);
        Assert.Equal(422, bad.StatusCode);
        Assert.Contains(bad.Body["errors"]!.AsObject(), error => error.Key.StartsWith("node", StringComparison.Ordinal) && !error.Key.StartsWith("nodes", StringComparison.Ordinal));
        Assert.True(plan.StatusCode == 200, plan.ToString());
        Assert.Equal(0, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM workflow_runs WHERE organization_id = '{person.Organization}'"));
    }

    [Theory]
    [InlineData("fl_run_00000000000000000000000000")]
    [InlineData("wfrun_00000000000000000000000000")]
    [InlineData("x")]
    public async Task An_unknown_run_is_404_everywhere(string id)
    {
        using var person = new Person(api, id);

        ApiAnswer[] answers =
        [
            await person.GetAsync($"/workflows/runs/{id}"),
            await person.PostAsync($"/workflows/runs/{id}/cancel"),
            await person.PostAsync($"/workflows/runs/{id}/rerun"),
            await person.PostAsync($"/workflows/runs/{id}/resume-from/n"),
            await person.PostAsync($"/workflows/runs/{id}/signals", """{ "signal_type": "go" }"""),
            await person.PostAsync($"/workflows/runs/{id}/approvals/n", """{ "decision": "approved" }"""),
        ];

        Assert.All(answers, answer => Assert.Equal((404, """{"message":"There is no such run."}"""), (answer.StatusCode, answer.Text)));
    }

    private static async Task<string> WaitingRunAsync(Person person)
    {
        var id = (string)(await person.StoreAsync(Person.WaitingGraph))["id"]!;
        var runId = (string)(await person.ExecuteAsync(id)).Body["id"]!;
        await person.RunWhenAsync(runId, status => status == "waiting");
        return runId;
    }
}
