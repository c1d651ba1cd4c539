namespace Solya.Workflows.Api.Tests.DataPlatform;

public class WorkflowTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Flow =
        """{ "edges": [ { "source": "t", "target": "p" }, { "source": "p", "target": "a" } ], "nodes": [ { "id": "t", "position": { "x": 499.00 }, "data": { "nodeType": "TRIGGER", "actionType": null } }, { "id": "p", "data": { "nodeType": "ACTION", "actionType": "CREATE_OR_GET_PLAN" } }, { "id": "a", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": "p" } } ] }""";

    private readonly string _organization = NewOrganization.Id();

    [Fact]
    public async Task A_workflow_is_a_draft_unless_it_says_otherwise_and_a_draft_needs_no_flow()
    {
        using var client = api.CreateClient();

        var draft = await StoreAsync(client, "");
        var active = await StoreAsync(client, $", \"status\": \"ACTIVE\", \"flowDefinition\": {Flow}");

        Assert.Equal("DRAFT", (string?)draft.Data["status"]);
        Assert.Null(draft.Data["flowDefinition"]);
        Assert.Equal(["createdAt", "flowDefinition", "id", "name", "organizationId", "status", "updatedAt"], draft.Data.Select(field => field.Key).Order());
        Assert.Contains($"\"flowDefinition\":{Flow},", active.Text, StringComparison.Ordinal);
        var read = await client.SendAsync(HttpMethod.Get, $"/workflows/{active.Data["id"]}?organizationId={_organization}");
        Assert.Equal(active.Text, read.Text);
    }

    [Theory]
    [InlineData("ACTIVE")]
    [InlineData("PAUSED")]
    [InlineData("ARCHIVED")]
    public async Task Only_a_draft_may_lack_its_flow(string status)
    {
        using var client = api.CreateClient();

        var stored = await StoreAsync(client, $", \"status\": \"{status}\"");
        var draft = await StoreAsync(client, "");
        var moved = await PatchAsync(client, draft, $", \"status\": \"{status}\", \"name\": \"renamed\"");

        Assert.Equal(400, stored.StatusCode);
        Assert.Equal(["flowDefinition"], stored.Fields);
        Assert.Equal(400, moved.StatusCode);
        Assert.Equal(["flowDefinition"], moved.Fields);
        // Nothing of a refused patch stands.
        Assert.Equal(draft.Text, (await client.SendAsync(HttpMethod.Get, $"/workflows/{draft.Data["id"]}?organizationId={_organization}")).Text);
        Assert.Equal(200, (await PatchAsync(client, draft, $", \"status\": \"{status}\", \"flowDefinition\": {Flow}")).StatusCode);
    }

    [Fact]
    public async Task Faults_of_a_flow_name_the_node_or_the_edge()
    {
        using var client = api.CreateClient();

        var answer = await StoreAsync(client,
            """
            , "flowDefinition": {
                "nodes": [ { "id": "t", "data": { "nodeType": "TRIGGER", "actionType": "SEND_EMAIL" } }, { "id": "t", "data": { "nodeType": "ACTION" } }, { "id": "x" } ],
                "edges": [ { "id": "e7", "source": "t", "target": "gone" }, { "source": "t" } ] }
            """);

        Assert.Equal(400, answer.StatusCode);
        Assert.Equal(
            [
                "flowDefinition.edges[0].target", "flowDefinition.edges[1].target", "flowDefinition.nodes[0].data.actionType", "flowDefinition.nodes[1].id",
                "flowDefinition.nodes[2].data",
            ],
            answer.Fields.Order(StringComparer.Ordinal));
        var messages = answer.Body["fieldErrors"]!.AsArray().Select(error => (string)error!["message"]!).ToList();
        Assert.Contains(messages, message => message.Contains("'e7'", StringComparison.Ordinal) && message.Contains("'gone'", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains("'x'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "nodes": [], "edges": [] }""", "flowDefinition.nodes")]
    [InlineData("""{ "nodes": [ { "id": "t", "data": { "nodeType": "TRIGGER" } } ], "edges": [ { "source": "t", "target": "t" } ] }""", "flowDefinition.edges")]
    [InlineData("""{ "nodes": [ { "id": "t", "data": { "nodeType": "TRIGGER" } }, { "id": "u", "data": { "nodeType": "TRIGGER" } } ], "edges": [] }""", "flowDefinition.nodes[1].data.nodeType")]
    [InlineData("""{ "nodes": [ { "id": "t", "data": { "nodeType": "TRIGGER" } }, { "id": "a", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": "t" } } ], "edges": [] }""", "flowDefinition.nodes[1].data.sourcePlanNodeId")]
    public async Task A_flow_that_cannot_run_is_refused_in_a_draft_and_in_a_patch_too(string flow, string field)
    {
        using var client = api.CreateClient();
        var draft = await StoreAsync(client, "");

        Assert.Equal([field], (await StoreAsync(client, $", \"flowDefinition\": {flow}")).Fields);
        Assert.Equal([field], (await PatchAsync(client, draft, $", \"flowDefinition\": {flow}")).Fields);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        using var client = api.CreateClient();
        var stored = await StoreAsync(client, $", \"status\": \"ACTIVE\", \"flowDefinition\": {Flow}");
        api.Clock.Advance(TimeSpan.FromSeconds(1));

        var paused = await PatchAsync(client, stored, ", \"status\": \"PAUSED\"");
        var renamed = await PatchAsync(client, stored, ", \"name\": \"other\"");

        Assert.Equal(("PAUSED", "w"), ((string?)paused.Data["status"], (string?)paused.Data["name"]));
        Assert.Equal(("PAUSED", "other"), ((string?)renamed.Data["status"], (string?)renamed.Data["name"]));
        Assert.Contains($"\"flowDefinition\":{Flow},", renamed.Text, StringComparison.Ordinal);
        Assert.Equal((string?)stored.Data["createdAt"], (string?)renamed.Data["createdAt"]);
        Assert.True(string.CompareOrdinal((string?)stored.Data["updatedAt"], (string?)renamed.Data["updatedAt"]) < 0);
    }

    [Fact]
    public async Task Patches_of_different_fields_at_once_both_survive()
    {
        using var client = api.CreateClient();
        for (var round = 0; round < 10; round++)
        {
            var stored = await StoreAsync(client, $", \"status\": \"ACTIVE\", \"flowDefinition\": {Flow}");

            await Task.WhenAll(PatchAsync(client, stored, ", \"status\": \"PAUSED\""), PatchAsync(client, stored, ", \"name\": \"other\""));

            var read = await client.SendAsync(HttpMethod.Get, $"/workflows/{stored.Data["id"]}?organizationId={_organization}");
            Assert.Equal(("PAUSED", "other"), ((string?)read.Data["status"], (string?)read.Data["name"]));
        }
    }

    [Fact]
    public async Task The_active_ones_are_listed_newest_first()
    {
        using var client = api.CreateClient();
        var one = await StoreAsync(client, $", \"status\": \"ACTIVE\", \"flowDefinition\": {Flow}");
        await StoreAsync(client, "");
        var two = await StoreAsync(client, $", \"status\": \"ACTIVE\", \"flowDefinition\": {Flow}");
        var three = await StoreAsync(client, $", \"status\": \"ACTIVE\", \"flowDefinition\": {Flow}");
        await PatchAsync(client, two, ", \"status\": \"ARCHIVED\"");

        var list = (await client.SendAsync(HttpMethod.Get, $"/workflows/active?organizationId={_organization}")).Data;
        var first = (await client.SendAsync(HttpMethod.Get, $"/workflows/active?organizationId={_organization}&limit=1")).Data;
        var next = (await client.SendAsync(HttpMethod.Get, $"/workflows/active?organizationId={_organization}&limit=1&cursor={first["nextCursor"]}")).Data;

        Assert.Equal([three.Data.ToJsonString(), one.Data.ToJsonString()], list["items"]!.AsArray().Select(workflow => workflow!.ToJsonString()));
        Assert.Equal(2, (int)list["total"]!);
        Assert.Equal((string?)one.Data["id"], (string?)next["items"]![0]!["id"]);
        Assert.Null(next["nextCursor"]);
    }

    [Theory]
    [InlineData("DRAFT", 409)]
    [InlineData("ACTIVE", 200)]
    [InlineData("PAUSED", 409)]
    [InlineData("ARCHIVED", 409)]
    public async Task Only_an_active_workflow_takes_new_runs(string status, int expected)
    {
        using var client = api.CreateClient();
        var stored = await StoreAsync(client, $", \"status\": \"{status}\", \"flowDefinition\": {Flow}");

        var run = await client.PostAsync("/workflow-runs", new { organizationId = _organization, workflowId = (string?)stored.Data["id"] });

        Assert.Equal(expected, run.StatusCode);
        if (expected == 409)
        {
            Assert.Equal("WORKFLOW_NOT_ACTIVE", run.ErrorCode);
        }
    }

    private Task<ApiAnswer> StoreAsync(HttpClient client, string rest)
        => client.PostAsync("/workflows", $$"""{ "organizationId": "{{_organization}}", "name": "w"{{rest}} }""");

    private Task<ApiAnswer> PatchAsync(HttpClient client, ApiAnswer stored, string rest)
        => client.PatchAsync($"/workflows/{stored.Data["id"]}", $$"""{ "organizationId": "{{_organization}}"{{rest}} }""");
}
