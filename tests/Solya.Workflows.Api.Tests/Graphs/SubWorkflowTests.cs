using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.Tests.Graphs;

/// <summary>Runs that steps of other runs start, and wait for.</summary>
public class SubWorkflowTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Asleep = """[ { "id": "sleep", "type": "action", "data": { "componentId": "external_event", "signalType": "never" } } ]""";

    private readonly string _organization = NewOrganization.Id();

    [Fact]
    public async Task A_step_that_waits_ends_with_the_run_it_started()
    {
        var child = await api.Database.AddGraphAsync(_organization, """[ { "id": "say", "type": "action", "data": { "componentId": "text", "text": "hello {{ context.name }}" } } ]""");
        var parent = await api.Database.AddGraphAsync(
            _organization,
            $$$"""[ {{{Trigger(child, true, "\"name\": \"{{ context.user }}\"")}}}, { "id": "after", "type": "action", "data": { "componentId": "text", "text": "{{ call.output }}!" } } ]""",
            """[ { "source": "call", "target": "after" } ]""");

        var run = await api.StartAsync(_organization, parent, """{ "user": "Ada" }""");

        Assert.Equal("COMPLETED", await api.Database.EndedAsync(run));
        Assert.Equal("\"hello Ada!\"", await api.Database.ScalarAsync<string>($"SELECT output_summary::text FROM workflow_runs WHERE id = '{run}'"));
        var (childRun, output) = await CallAsync(run);
        Assert.Equal((PublicId.Format("fl_run_", childRun), "completed", "hello Ada"), (
            output.GetProperty("run_id").GetString(), output.GetProperty("status").GetString(), output.GetProperty("output").GetString()));
        Assert.Equal("0", await api.Database.EventuallyAsync($"SELECT count(*) FROM run_queue WHERE organization_id = '{_organization}'", "0"));
    }

    [Fact]
    public async Task A_step_that_does_not_wait_ends_when_the_run_has_started()
    {
        var child = await api.Database.AddGraphAsync(_organization, Asleep);
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, false)}]"));

        Assert.Equal("COMPLETED", await api.Database.EndedAsync(run));
        var (childRun, output) = await CallAsync(run);
        Assert.Equal((PublicId.Format("fl_run_", childRun), "pending"), (output.GetProperty("run_id").GetString(), output.GetProperty("status").GetString()));
        await api.Database.EventuallyAsync($"SELECT status FROM workflow_runs WHERE id = '{childRun}'", "WAITING");
    }

    [Fact]
    public async Task A_step_fails_with_the_run_it_waits_for()
    {
        var child = await api.Database.AddGraphAsync(_organization, """[ { "id": "end", "type": "action", "data": { "componentId": "terminate", "status": "failed", "message": "No stock" } } ]""");
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, true)}]"));

        Assert.Equal("FAILED CHILD_FAILED", await api.Database.EndedAsync(run));
        Assert.Contains("No stock", await api.Database.ScalarAsync<string>($"SELECT error_message FROM workflow_runs WHERE id = '{run}'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ACTIVE", "GRAPH", "COMPLETED")]
    [InlineData("PAUSED", "GRAPH", "FAILED WORKFLOW_NOT_ACTIVE")]
    [InlineData("ARCHIVED", "GRAPH", "FAILED WORKFLOW_NOT_FOUND")]
    [InlineData("ACTIVE", "V1", "FAILED WORKFLOW_NOT_FOUND")]
    public async Task Only_an_active_graph_is_started(string status, string face, string ended)
    {
        var child = await api.Database.AddGraphAsync(_organization, """[ { "id": "a", "type": "action", "data": { "componentId": "text", "text": "x" } } ]""", status: status);
        if (face == "V1")
        {
            await api.Database.ExecuteAsync($"UPDATE workflows SET face = 'V1', version_label = '1', ({GraphRows.Columns}) = ({string.Join(", ", GraphRows.Columns.Split(", ").Select(_ => "NULL"))}) WHERE id = '{child}'");
        }

        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, false)}]"));
        Assert.Equal(ended, await api.Database.EndedAsync(run));
    }

    [Fact]
    public async Task A_workflow_of_another_organization_is_none()
    {
        var foreign = await api.Database.AddGraphAsync(NewOrganization.Id(), Asleep);
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(foreign, false)}]"));
        Assert.Equal("FAILED WORKFLOW_NOT_FOUND", await api.Database.EndedAsync(run));
    }

    [Fact]
    public async Task A_workflow_that_starts_itself_comes_to_an_end()
    {
        var itself = GraphRows.NextWorkflow();
        await api.Database.AddGraphAsync(_organization, $"[{Trigger(itself, true)}]", id: itself);

        var run = await api.StartAsync(_organization, itself);

        Assert.Equal("FAILED CHILD_FAILED", await api.Database.EndedAsync(run));
        Assert.Equal(
            "0 CHILD_FAILED, 1 CHILD_FAILED, 2 CHILD_FAILED, 3 CHILD_FAILED, 4 CHILD_FAILED, 5 TOO_DEEP",
            await api.Database.ScalarAsync<string>($"SELECT string_agg(depth || ' ' || error_code, ', ' ORDER BY depth) FROM workflow_runs WHERE organization_id = '{_organization}'"));
    }

    [Fact]
    public async Task Cancelling_a_run_cancels_the_runs_it_waits_for_and_no_others()
    {
        var child = await api.Database.AddGraphAsync(_organization, Asleep);
        var middle = await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, true)}]");
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(middle, true)}, {Trigger(child, false, id: "loose")}]"));
        await api.Database.EventuallyAsync($"SELECT count(*) FROM workflow_runs WHERE organization_id = '{_organization}' AND status = 'WAITING'", "4");

        var receipt = await api.Services.GetRequiredService<RunControlRepository>().CancelRunAsync(new(_organization, run), CancellationToken.None);

        Assert.Equal(ControlOutcome.Done, receipt.Outcome);
        Assert.Equal(
            "0 CANCELLED, 1 CANCELLED, 1 WAITING, 2 CANCELLED",
            await api.Database.ScalarAsync<string>($"SELECT string_agg(depth || ' ' || status, ', ' ORDER BY depth, status) FROM workflow_runs WHERE organization_id = '{_organization}'"));
    }

    [Fact]
    public async Task Cancelling_a_run_fails_the_step_that_waits_for_it()
    {
        var child = await api.Database.AddGraphAsync(_organization, Asleep);
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, true)}]"));
        var childRun = Guid.Parse(await api.Database.EventuallyAsync($"SELECT id FROM workflow_runs WHERE parent_run_id = '{run}' AND status = 'WAITING'"));

        await api.Services.GetRequiredService<RunControlRepository>().CancelRunAsync(new(_organization, childRun), CancellationToken.None);

        Assert.Equal("FAILED CHILD_FAILED", await api.Database.EndedAsync(run));
    }

    [Fact]
    public async Task An_end_that_comes_while_a_process_is_letting_go_of_the_run_that_waits_is_not_slept_through()
    {
        var child = await api.Database.AddGraphAsync(_organization, Asleep);
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, true)}]"));
        var childRun = Guid.Parse(await api.Database.EventuallyAsync($"SELECT id FROM workflow_runs WHERE parent_run_id = '{run}' AND status = 'WAITING'"));
        await api.Database.EventuallyAsync($"SELECT count(*) FROM run_queue WHERE organization_id = '{_organization}'", "0");

        // A process that holds the run and has read it before the other one ends.
        var epoch = await api.Database.ScalarAsync<long>(
            $"INSERT INTO run_queue (organization_id, run_id, due_at, lease_epoch, worker_id) VALUES ('{_organization}', '{run}', clock_timestamp() + interval '1 hour', nextval('lease_epochs'), '{child}') RETURNING lease_epoch");
        var store = api.Services.GetRequiredService<IEngineStore>();
        var lease = new Lease(new(_organization, run), epoch);
        var state = (await store.ReloadAsync(lease, CancellationToken.None))!;
        await api.Services.GetRequiredService<RunControlRepository>().CancelRunAsync(new(_organization, childRun), CancellationToken.None);

        var receipt = await store.CommitAsync(new(lease, state, new Decisions(), state.EventSequence, KeepsLease: false, state.CreatedAt), CancellationToken.None);

        Assert.Equal(CommitOutcome.Applied, receipt.Outcome);
        Assert.Equal("FAILED CHILD_FAILED", await api.Database.EndedAsync(run));
    }

    [Fact]
    public async Task A_run_that_nobody_waits_for_any_more_is_called_off()
    {
        var child = await api.Database.AddGraphAsync(_organization, Asleep);
        var run = await api.StartAsync(
            _organization,
            await api.Database.AddGraphAsync(
                _organization,
                $$"""[ {{Trigger(child, true)}}, { "id": "go", "type": "action", "data": { "componentId": "external_event", "signalType": "enough" } }, { "id": "end", "type": "action", "data": { "componentId": "terminate" } } ]""",
                """[ { "source": "go", "target": "end" } ]"""));
        await api.Database.EventuallyAsync($"SELECT id FROM workflow_runs WHERE parent_run_id = '{run}' AND status = 'WAITING'");

        await api.Services.GetRequiredService<RunControlRepository>().ResumeRunAsync(new(_organization, run), "enough", new("{}"), CancellationToken.None);

        Assert.Equal("COMPLETED", await api.Database.EndedAsync(run));
        await api.Database.EventuallyAsync($"SELECT status FROM workflow_runs WHERE parent_run_id = '{run}'", "CANCELLED");
    }

    [Fact]
    public async Task A_retry_of_the_run_starts_the_other_workflow_anew()
    {
        var child = await api.Database.AddGraphAsync(
            _organization,
            """[ { "id": "end", "type": "action", "data": { "componentId": "terminate", "status": "failed" } } ]""");
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(_organization, $"[{Trigger(child, true)}]"));
        Assert.Equal("FAILED CHILD_FAILED", await api.Database.EndedAsync(run));
        await api.Database.ExecuteAsync($$"""
            INSERT INTO workflow_versions (organization_id, workflow_id, number, format, document, created_at)
            VALUES ('{{_organization}}', '{{child}}', 2, 'GRAPH', '{ "nodes": [ { "id": "a", "type": "action", "data": { "componentId": "text", "text": "x" } } ] }', '2026-05-23T06:00:00Z');
            UPDATE workflows SET latest_version = 2 WHERE id = '{{child}}';
            """);

        await api.Services.GetRequiredService<RunControlRepository>().RetryRunAsync(new(_organization, run), CancellationToken.None);

        Assert.Equal("COMPLETED", await api.Database.EndedAsync(run));
    }

    [Fact]
    public async Task A_hundred_runs_that_end_as_they_like_all_wake_the_one_that_waits()
    {
        var child = await api.Database.AddGraphAsync(_organization, """[ { "id": "n", "type": "action", "data": { "componentId": "set", "values": { "n": "{{ context.n }}" } } } ]""");
        var run = await api.StartAsync(_organization, await api.Database.AddGraphAsync(
            _organization,
            $$$"""
            [ { "id": "each", "type": "action", "data": { "componentId": "iterator", "items": "{{ context.list }}", "concurrency": 20,
                "graph": { "nodes": [ {{{Trigger(child, true, "\"n\": \"{{ item }}\"")}}} ] } } } ]
            """), $$"""{ "list": [{{string.Join(',', Enumerable.Range(0, 100))}}] }""");

        Assert.Equal("COMPLETED", await api.Database.EndedAsync(run));
        var outputs = JsonElement.Parse(await api.Database.ScalarAsync<string>($"SELECT output_summary::text FROM workflow_runs WHERE id = '{run}'"));
        Assert.Equal(Enumerable.Range(0, 100), outputs.EnumerateArray().Select(entry => entry.GetProperty("output").GetProperty("n").GetInt32()));
        Assert.Equal(100L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM workflow_runs WHERE parent_run_id = '{run}'"));
    }

    private static string Trigger(Guid workflow, bool waits, string context = "", string id = "call")
        => $$$"""{ "id": "{{{id}}}", "type": "action", "data": { "componentId": "trigger_workflow", "workflow_id": "{{{PublicId.Format("fl_", workflow)}}}", "wait": {{{(waits ? "true" : "false")}}}, "context": { {{{context}}} } } }""";

    private async Task<(Guid Run, JsonElement Output)> CallAsync(Guid run) => (
        await api.Database.ScalarAsync<Guid>($"SELECT id FROM workflow_runs WHERE parent_run_id = '{run}'"),
        JsonElement.Parse(await api.Database.ScalarAsync<string>($"SELECT output::text FROM workflow_run_steps WHERE run_id = '{run}' AND node_id = 'call'")));
}
