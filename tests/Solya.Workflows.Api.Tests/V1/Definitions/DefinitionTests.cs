using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Definitions;

public class DefinitionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/workflow-definitions";

    // Order, spelling of numbers and escapes must come back as they are.
    private const string Steps =
        """[ {"type":"wait", "name":"pause", "durationMs": 1.0e3},{"name":"set","type":"task","handler":"state.set","config":{"amount":499.00,"big":12345678901234567890,"text":"\u00e9 {{ input.x }}"}} ]""";

    [Fact]
    public async Task A_definition_is_kept_as_sent()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        var made = await program.PostAsync(Path, $$"""{ "name": "onboard", "version": "1.0", "description": "é", "steps": {{Steps}}, "workspaceId": "ws_other", "archived": true }""");

        var definition = V1Expect.Success(201, made);
        Expect.Keys(["id", "workspaceId", "name", "version", "description", "steps", "archived", "readOnly", "createdAt", "updatedAt"], definition);
        Assert.Matches("^wfdef_[0-9a-z]{26}$", (string?)definition["id"]);
        Assert.Equal(
            (program.WorkspaceId, "onboard", "1.0", "é", false),
            ((string?)definition["workspaceId"], (string?)definition["name"], (string?)definition["version"], (string?)definition["description"], (bool)definition["archived"]!));
        Assert.Contains($"\"steps\":{Steps},", made.Text, StringComparison.Ordinal);
        var read = await program.GetAsync($"{Path}/{definition["id"]}");
        Assert.Equal(made.Text, read.Text);
    }

    [Fact]
    public async Task Name_and_version_are_unique_in_a_workspace()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Success(201, await DefineAsync(program));
        V1Expect.Error(409, "CONFLICT", await DefineAsync(program));
        V1Expect.Success(201, await DefineAsync(program, version: "2"));
        V1Expect.Success(201, await DefineAsync(program, "Onboard"));
        V1Expect.Success(201, await DefineAsync(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_twenty_definitions_of_one_name_at_once_one_is_made(bool keyed)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => keyed
            ? program.PostAsync(Path, Body("raced", "1"), ("Idempotency-Key", $"k{i}"))
            : program.PostAsync(Path, Body("raced", "1"))));

        Assert.Single(answers, answer => answer.StatusCode == 201);
        Assert.All(answers.Where(answer => answer.StatusCode != 201), answer => V1Expect.Error(409, "CONFLICT", answer));
        Assert.Equal(1L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM workflow_versions WHERE organization_id = '{program.WorkspaceId}'"));
    }

    [Fact]
    public async Task A_repeat_under_a_key_answers_the_first_definition()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);

        var first = await program.PostAsync(Path, Body("kept", "1"), ("Idempotency-Key", "k"));
        var second = await program.PostAsync(Path, Body("kept", "1"), ("Idempotency-Key", "k"));
        var elsewhere = await other.PostAsync(Path, Body("kept", "1"), ("Idempotency-Key", "k"));

        V1Expect.Success(201, second);
        Assert.Equal(first.Text, second.Text);
        Assert.NotEqual(first.Text, elsewhere.Text);
        V1Expect.Error(422, "IDEMPOTENCY_KEY_REUSED", await program.PostAsync(Path, Body("kept", "2"), ("Idempotency-Key", "k")));
    }

    [Fact]
    public async Task An_archived_definition_is_still_shown_and_keeps_its_name()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var definition = V1Expect.Success(201, await DefineAsync(program));
        api.Clock.Advance(TimeSpan.FromSeconds(1));

        var archived = await program.DeleteAsync($"{Path}/{definition["id"]}");
        var again = await program.DeleteAsync($"{Path}/{definition["id"]}");
        var read = await program.GetAsync($"{Path}/{definition["id"]}");

        var shown = V1Expect.Success(200, archived);
        Assert.True((bool)shown["archived"]!);
        Assert.True(Expect.Instant(shown["updatedAt"]) > Expect.Instant(definition["updatedAt"]));
        Assert.Equal(archived.Text, again.Text);
        Assert.Equal(archived.Text, read.Text);
        V1Expect.Error(409, "CONFLICT", await DefineAsync(program));
    }

    [Fact]
    public async Task A_list_is_newest_first_and_filters_by_name()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        Assert.Empty(V1Expect.List(await program.GetAsync(Path), 1, 20, 0, 0));
        var ids = new List<string>();
        foreach (var (name, version) in new[] { ("a", "1"), ("b", "1"), ("a", "2"), ("a", "3") })
        {
            ids.Insert(0, (string)V1Expect.Success(201, await DefineAsync(program, name, version))["id"]!);
        }

        var all = V1Expect.List(await program.GetAsync(Path), 1, 20, 4, 1);
        Assert.Equal(ids, Ids(all));
        Expect.Same(V1Expect.Success(200, await program.GetAsync($"{Path}/{ids[0]}")), all[0]);
        Assert.Equal([ids[0], ids[1], ids[3]], Ids(V1Expect.List(await program.GetAsync($"{Path}?name=a"), 1, 20, 3, 1)));
        Assert.Equal([ids[3]], Ids(V1Expect.List(await program.GetAsync($"{Path}?name=a&page=2&pageSize=2"), 2, 2, 3, 2)));
        Assert.Equal([ids[2], ids[3]], Ids(V1Expect.List(await program.GetAsync($"{Path}?cursor={ids[1]}"), null, 20, 4, 1)));
        Assert.Empty(V1Expect.List(await program.GetAsync($"{Path}?page=9"), 9, 20, 4, 1));
        Assert.Empty(V1Expect.List(await program.GetAsync($"{Path}?name=A"), 1, 20, 0, 0));
        V1Expect.Invalid(await program.GetAsync($"{Path}?page=0&pageSize=1000"), "page", "pageSize");
    }

    [Fact]
    public async Task Another_workspaces_definition_and_one_that_never_was_answer_the_same_bytes()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);
        var foreign = (string)V1Expect.Success(201, await DefineAsync(other))["id"]!;
        var unknown = await program.GetAsync($"{Path}/wfdef_00000000000000000000000000");
        V1Expect.Error(404, "NOT_FOUND", unknown);

        foreach (var id in new[] { foreign, foreign.ToUpperInvariant(), "x", "%F0%9F%98%80", "a%2Fb", new string('a', 5_000) })
        {
            Assert.Equal((unknown.StatusCode, unknown.Text), Told(await program.GetAsync($"{Path}/{id}")));
            Assert.Equal((unknown.StatusCode, unknown.Text), Told(await program.DeleteAsync($"{Path}/{id}")));
        }

        Assert.Empty(V1Expect.List(await program.GetAsync(Path), 1, 20, 0, 0));
        Assert.False((bool)V1Expect.Success(200, await other.GetAsync($"{Path}/{foreign}"))["archived"]!);
    }

    [Fact]
    public async Task Workflows_of_other_faces_are_shown_without_steps_and_not_changed()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var graph = await api.Database.AddEngineRunAsync(program.WorkspaceId, face: "GRAPH");

        var shown = V1Expect.Success(200, await program.GetAsync($"{Path}/{graph.WorkflowId}"));
        var listed = Assert.Single(V1Expect.List(await program.GetAsync(Path), 1, 20, 1, 1))!;

        Assert.Equal(((string?)shown["id"], true, 0), ((string?)listed["id"], (bool)shown["readOnly"]!, shown["steps"]!.AsArray().Count));
        V1Expect.Error(409, "CONFLICT", await program.DeleteAsync($"{Path}/{graph.WorkflowId}"));
        Assert.False((bool)V1Expect.Success(200, await program.GetAsync($"{Path}/{graph.WorkflowId}"))["archived"]!);
    }

    private static Task<ApiAnswer> DefineAsync(ProgramOfWorkspace program, string name = "onboard", string version = "1")
        => program.PostAsync(Path, Body(name, version));

    private static object Body(string name, string version)
        => new { name, version, steps = new object[] { new { name = "pause", type = "wait", durationMs = 1000 } } };

    private static IEnumerable<string> Ids(JsonArray entries) => entries.Select(entry => (string)entry!["id"]!);

    private static (int, string) Told(ApiAnswer answer) => (answer.StatusCode, answer.Text);
}
