namespace Solya.Workflows.Api.Tests.V1.Definitions;

/// <summary>A definition that is not right is refused whole, with every path that is wrong.</summary>
public class DefinitionFieldTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Good = """[ { "name": "pause", "type": "wait", "durationMs": 1000 } ]""";

    [Theory]
    [InlineData("""{ }""", "name", "version", "steps")]
    [InlineData("""{ "name": null, "version": null, "description": null, "steps": null }""", "name", "version", "description", "steps")]
    [InlineData("""{ "name": 1, "version": 1.0, "description": [], "steps": {} }""", "name", "version", "description", "steps")]
    [InlineData("""{ "name": "", "version": "", "description": "", "steps": [] }""", "name", "version", "steps")]
    [InlineData($$"""{ "name": "n", "version": "v\u0000", "steps": {{Good}} }""", "version")]
    [InlineData($$"""{ "name": "n", "name": "m", "version": "v", "steps": {{Good}} }""", "name")]
    [InlineData("""{ "name": "n", "version": "v", "steps": [ { "name": "a", "type": "wait", "durationMs": 1, "durationMs": 2 } ] }""", "steps[0].durationMs")]
    [InlineData("""{ "name": "n", "version": "v", "steps": [ 7 ] }""", "steps[0]")]
    [InlineData("""{ "name": "n", "version": "v", "steps": [ { "name": "a", "type": "no-such" } ] }""", "steps[0].type")]
    [InlineData("""{ "version": "v", "steps": [ { "name": "a", "type": "task" }, { "name": "a", "type": "external_event" } ] }""", "name", "steps[0].handler", "steps[1].name", "steps[1].signalType")]
    [InlineData("""[]""", "body")]
    [InlineData("""{ "name": """, "name")]
    public async Task Every_bad_path_is_named(string body, params string[] paths)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Invalid(await program.PostAsync("/v1/workflow-definitions", body), paths);

        V1Expect.List(await program.GetAsync("/v1/workflow-definitions"), 1, 20, 0, 0);
    }

    [Theory]
    [InlineData(200, 50, 1000, 201)]
    [InlineData(201, 50, 1000, 400)]
    [InlineData(200, 51, 1000, 400)]
    [InlineData(200, 50, 1001, 400)]
    public async Task Texts_have_limits(int name, int version, int description, int status)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        var answer = await program.PostAsync(
            "/v1/workflow-definitions",
            $$"""{ "name": "{{new string('é', name)}}", "version": "{{new string('v', version)}}", "description": "{{new string('d', description)}}", "steps": {{Good}} }""");

        Assert.True(answer.StatusCode == status, answer.Text);
    }

    [Fact]
    public async Task A_body_of_another_type_or_size_is_refused()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var xml = new StringContent("<a/>", System.Text.Encoding.UTF8, "application/xml");

        using var refused = await program.Client.PostAsync(new Uri("/v1/workflow-definitions", UriKind.Relative), xml);

        Assert.Equal(415, (int)refused.StatusCode);
        Assert.Contains("\"UNSUPPORTED_MEDIA_TYPE\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        V1Expect.Error(413, "PAYLOAD_TOO_LARGE", await program.PostAsync("/v1/workflow-definitions", $$"""{ "name": "{{new string('x', 4 * 1024 * 1024)}}" }"""));
    }
}
