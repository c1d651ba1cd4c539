using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Who gets in, and whose rows they see: on every route of the face.</summary>
public class AccessTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly (string Method, string Path, string? Body)[] Routes =
    [
        ("POST", "/workflows", $$"""{ "name": "n", {{Person.Graph}} }"""),
        ("GET", "/workflows", null),
        ("GET", "/workflows/{workflowId}", null),
        ("PATCH", "/workflows/{workflowId}", """{ "name": "mine" }"""),
        ("DELETE", "/workflows/{workflowId}", null),
        ("POST", "/workflows/{workflowId}/execute", "{}"),
        ("POST", "/workflows/sync/{workflowId}", "{}"),
        ("GET", "/workflows/{workflowId}/executions", null),
        ("POST", "/workflows/{workflowId}/webhook/rotate", null),
        ("GET", "/workflows/{workflowId}/schedule/preview", null),
        ("POST", "/workflows/validate", $$"""{ {{Person.Graph}} }"""),
        ("POST", "/workflows/test-node", """{ "node": { "id": "n", "type": "action", "data": { "componentId": "set", "values": { "a": 1 } } } }"""),
        ("GET", "/workflows/runs/{runId}", null),
        ("POST", "/workflows/runs/{runId}/cancel", "{}"),
        ("POST", "/workflows/runs/{runId}/signals", """{ "signal_type": "go" }"""),
        ("POST", "/workflows/runs/{runId}/approvals/{nodeId}", """{ "decision": "approved" }"""),
        ("POST", "/workflows/runs/{runId}/rerun", "{}"),
        ("POST", "/workflows/runs/{runId}/resume-from/{nodeId}", "{}"),
    ];

    [Fact]
    public void The_tests_know_every_route_of_the_face()
    {
        var mapped = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/workflows", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/').Replace("//", "/", StringComparison.Ordinal)}") ?? []);

        Assert.Equal(
            Routes.Select(route => $"{route.Method} {route.Path}").Append("POST /workflows/webhooks/{token}").Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer data-platform-token")]
    [InlineData("Basic x")]
    [InlineData("without exp")]
    [InlineData("expired")]
    [InlineData("not yet")]
    [InlineData("other key")]
    [InlineData("no organization")]
    [InlineData("alg none")]
    public async Task Without_a_valid_token_every_route_is_401_whatever_is_sent(string? credential)
    {
        using var client = api.CreateClient(token: null);
        var header = credential switch
        {
            "without exp" => Bearer("""{"org":"o","sub":"u"}"""),
            "expired" => Bearer("""{"org":"o","exp":1000000000}"""),
            "not yet" => Bearer("""{"org":"o","exp":4102444800,"nbf":4102444000}"""),
            "other key" => $"Bearer {Security.Jwt.HandMadeTokens.Hs256("""{"org":"o","exp":4102444800}""", secret: new string('k', 32))}",
            "no organization" => Bearer("""{"exp":4102444800}"""),
            "alg none" => $"Bearer {Security.Jwt.HandMadeTokens.Signed("""{"alg":"none"}""", """{"org":"o","exp":4102444800}""", _ => [])}",
            _ => credential,
        };

        foreach (var (method, path, body) in Routes.Append(("GET", "/workflows/a/b/c", null)).Append(("PUT", "/workflows", "{")))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body[..1]) };
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }

            using var answer = await client.SendAsync(request);

            Assert.Equal(401, (int)answer.StatusCode);
            Assert.Equal("""{"message":"Unauthenticated."}""", await answer.Content.ReadAsStringAsync());
            Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        }
    }

    [Fact]
    public async Task Another_organizations_ids_answer_as_ids_that_never_existed()
    {
        using var owner = new Person(api);
        using var stranger = new Person(api, "stranger");
        var workflow = (string)(await owner.StoreAsync(Person.WaitingGraph))["id"]!;
        var run = (string)(await owner.ExecuteAsync(workflow)).Body["id"]!;
        await owner.RunWhenAsync(run, status => status == "waiting");

        foreach (var (method, path, body) in Routes.Where(route => route.Path.Contains('{', StringComparison.Ordinal)))
        {
            string Filled(string workflowId, string runId) => path.Replace("{workflowId}", workflowId, StringComparison.Ordinal)
                .Replace("{runId}", runId, StringComparison.Ordinal).Replace("{nodeId}", "wait", StringComparison.Ordinal);

            var theirs = await stranger.SendAsync(new HttpMethod(method), Filled(workflow, run), body);
            var none = await stranger.SendAsync(new HttpMethod(method), Filled("fl_00000000000000000000000000", "fl_run_00000000000000000000000000"), body);

            Assert.Equal((404, none.Text), (theirs.StatusCode, theirs.Text));
        }

        Assert.Equal("[]", (await stranger.GetAsync("/workflows")).Text);
        Assert.Equal("waiting", (string?)(await owner.GetAsync($"/workflows/runs/{run}")).Body["status"]);
    }

    [Fact]
    public async Task Unknown_paths_are_404_and_other_methods_405_in_the_faces_shape()
    {
        using var person = new Person(api);

        var unknown = await person.GetAsync("/workflows/a/b/c");
        var other = await person.SendAsync(HttpMethod.Put, "/workflows/fl_1");

        Assert.Equal((404, """{"message":"There is no such route."}"""), (unknown.StatusCode, unknown.Text));
        Assert.Equal(405, other.StatusCode);
        Assert.Equal(["DELETE", "GET", "PATCH"], other.Message.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task A_body_that_is_no_json_by_its_type_is_415_and_one_too_large_413()
    {
        using var person = new Person(api);
        using var text = new StringContent("{}", System.Text.Encoding.UTF8, "text/plain");
        using var large = new StringContent($$"""{ "name": "{{new string('x', 4 * 1024 * 1024)}}" }""", System.Text.Encoding.UTF8, "application/json");

        Assert.Equal(415, (int)(await person.Client.PostAsync("/workflows", text)).StatusCode);
        Assert.Equal(413, (int)(await person.Client.PostAsync("/workflows", large)).StatusCode);
    }

    private static string Bearer(string payload) => $"Bearer {Security.Jwt.HandMadeTokens.Hs256(payload, secret: WorkflowsApi.JwtKey)}";
}
