using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Api.Tests.V1;

namespace Solya.Workflows.Api.Tests.Schema;

public class V1OpenApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_document_equals_the_committed_file() => OpenApiDocument.AssertCommitted(await DocumentAsync(), "v1");

    [Fact]
    public async Task The_document_has_every_route_and_no_other()
    {
        var mapped = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}") ?? []);

        var described = OpenApiDocument.Operations(await DocumentAsync()).Select(operation => $"{operation.Method} {operation.Path}");

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_has_an_example_of_its_body_and_of_every_answer()
    {
        foreach (var (method, path, operation) in OpenApiDocument.Operations(await DocumentAsync()))
        {
            var about = $"{method} {path}";
            var body = operation["requestBody"];
            Assert.True(body is null || body["content"]!["application/json"]!["example"] is JsonObject, about);
            var responses = operation["responses"]!.AsObject();
            Assert.True(responses.Any(response => response.Key.StartsWith('2')) && responses.ContainsKey("401") && responses.ContainsKey("500") && responses.ContainsKey("503"), about);
            Assert.True(body is null || responses.ContainsKey("400") && responses.ContainsKey("413") && responses.ContainsKey("415"), about);
            Assert.All(responses.Where(response => response.Key != "204"), response =>
            {
                if (response.Value!["content"]!["text/event-stream"] is { } stream)
                {
                    Assert.Matches("^id: .*\nevent: .*\ndata: .*\n\n$", (string?)stream["example"]);
                    return;
                }

                var answer = response.Value!["content"]!["application/json"]!;
                Assert.NotNull(answer["schema"]);
                var example = answer["example"]!.AsObject();
                Assert.Equal(response.Key.StartsWith('2'), (bool)example["success"]!);
                Assert.True(example.ContainsKey(response.Key.StartsWith('2') ? "data" : "error"), about);
            });
        }
    }

    [Fact]
    public async Task The_examples_of_bodies_are_valid()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        foreach (var (method, path, operation) in OpenApiDocument.Operations(await DocumentAsync()).Where(operation => operation.Operation["requestBody"] is not null))
        {
            var example = operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();

            var answer = await program.Client.SendAsync(
                new HttpMethod(method), path.Replace("{id}", "unknown", StringComparison.Ordinal), example, ("x-admin-token", WorkflowsApi.AdminToken));

            Assert.True(answer.StatusCode is 200 or 201 or 202 or 404, $"{method} {path}: {answer.Text}");
        }
    }

    [Fact]
    public async Task Each_operation_wants_the_credential_of_its_routes()
    {
        foreach (var (_, path, operation) in OpenApiDocument.Operations(await DocumentAsync()))
        {
            var isAdministration = path.StartsWith("/v1/workspaces", StringComparison.Ordinal) && path != "/v1/workspaces/current";

            var scheme = Assert.Single(Assert.Single(operation["security"]!.AsArray())!.AsObject()).Key;

            Assert.Equal(isAdministration ? "x-admin-token" : "x-api-key", scheme);
        }
    }

    private Task<JsonNode> DocumentAsync() => OpenApiDocument.OfAsync(api, "v1");
}
