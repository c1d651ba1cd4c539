using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>The limits of the face: what still goes, what does not, and what is said then.</summary>
public class LimitTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Five_hundred_nodes_are_stored_and_one_more_is_422()
    {
        using var person = new Person(api);

        var most = await person.PostAsync("/workflows", Named(Texts(500)));
        var more = await person.PostAsync("/workflows", Named(Texts(501)));

        Assert.True(most.StatusCode == 201, most.ToString());
        Told(more, "nodes", "A graph may have at most 500 nodes, those inside of iterators included.");
    }

    [Fact]
    public async Task A_thousand_items_are_iterated_and_one_more_fails_the_node()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(
            """ "nodes": [ { "id": "each", "type": "action", "data": { "componentId": "iterator", "items": "{{ context.list }}", "concurrency": 1000, "graph": { "nodes": [ { "id": "n", "type": "action", "data": { "componentId": "text", "text": "x" } } ] } } } ] """))["id"]!;

        var most = await RunAsync(1_000);
        var more = await RunAsync(1_001);

        Assert.Equal("completed", (string?)most["status"]);
        Assert.Equal("failed", (string?)more["status"]);
        var log = Assert.Single(more["logs"]!.AsArray())!;
        Assert.Equal(("each", "'items' may have at most 1000 entries; it has 1001."), ((string)log["node_id"]!, (string)log["output"]!["error"]!["message"]!));

        async Task<JsonObject> RunAsync(int items)
        {
            var run = await person.ExecuteAsync(id, $$"""{ "context": { "list": [{{string.Join(',', Enumerable.Range(0, items))}}] } }""");
            return await person.EndedRunAsync((string)run.Body["id"]!);
        }
    }

    [Fact]
    public async Task Iterators_stand_five_deep_and_the_sixth_is_422_and_named()
    {
        using var person = new Person(api);

        var most = await person.PostAsync("/workflows", Named(Nest(5)));
        var more = await person.PostAsync("/workflows", Named(Nest(6)));

        Assert.True(most.StatusCode == 201, most.ToString());
        Assert.Equal(422, more.StatusCode);
        var error = Assert.Single(more.Body["errors"]!.AsObject());
        Assert.StartsWith("nodes[0].data.graph.nodes[0]", error.Key, StringComparison.Ordinal);
        Assert.Contains("at most 5 levels", (string)error.Value![0]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/workflows")]
    [InlineData("/workflows/validate")]
    [InlineData("/workflows/test-node")]
    [InlineData("/workflows/fl_x/execute")]
    [InlineData("/workflows/sync/fl_x")]
    [InlineData("/workflows/runs/fl_run_x/signals")]
    [InlineData("/workflows/fl_x/webhook/rotate")]
    public async Task A_body_of_more_than_four_mebibytes_is_413(string path)
    {
        using var person = new Person(api, path);

        var answer = await person.PostAsync(path, OfSize((4 * 1024 * 1024) + 1));

        Assert.Equal((413, """{"message":"The body may be at most 4 MiB."}"""), (answer.StatusCode, answer.Text));
    }

    [Fact]
    public async Task A_body_of_four_mebibytes_is_read()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var workflow = await person.StoreAsync(more: """, "is_active": false""");
        var webhook = new Uri((string)workflow["webhook_url"]!).AbsolutePath;

        // Read and understood: only then is the state of the workflow a matter.
        Assert.Equal(409, (await person.ExecuteAsync((string)workflow["id"]!, OfSize(4 * 1024 * 1024))).StatusCode);
        using var large = new StringContent(OfSize((4 * 1024 * 1024) + 1), System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(413, (int)(await sender.PostAsync(webhook, large)).StatusCode);
    }

    private static string OfSize(int bytes) => "{}" + new string(' ', bytes - 2);

    private static string Text(string id) => $$"""{ "id": "{{id}}", "type": "action", "data": { "componentId": "text", "text": "x" } }""";

    private static string Texts(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => Text($"n{i}")));

    private static string Nest(int depth) => depth == 0
        ? Text("leaf")
        : $$"""{ "id": "i{{depth}}", "type": "action", "data": { "componentId": "iterator", "items": [1], "graph": { "nodes": [ {{Nest(depth - 1)}} ] } } }""";

    private static string Named(string nodes) => $$"""{ "name": "n", "nodes": [ {{nodes}} ] }""";

    private static void Told(ApiAnswer answer, string field, string message)
    {
        Assert.Equal(422, answer.StatusCode);
        Assert.Equal(message, (string?)Assert.Single(answer.Body["errors"]![field]!.AsArray()));
    }
}
