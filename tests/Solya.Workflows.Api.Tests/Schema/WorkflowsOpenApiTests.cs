using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Api.Tests.Workflows;

namespace Solya.Workflows.Api.Tests.Schema;

public class WorkflowsOpenApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_document_equals_the_committed_file() => OpenApiDocument.AssertCommitted(await DocumentAsync(), "workflows");

    [Fact]
    public async Task The_document_has_every_route_and_no_other()
    {
        var mapped = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/workflows", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/').Replace("//", "/", StringComparison.Ordinal)}") ?? []);

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
            Assert.True(responses.Any(response => response.Key.StartsWith('2')) && responses.ContainsKey("500") && responses.ContainsKey("503"), about);
            Assert.True(responses.ContainsKey("401") || path.Contains("webhooks", StringComparison.Ordinal), about);
            Assert.All(responses, response =>
            {
                var answer = response.Value!["content"]!["application/json"]!;
                Assert.NotNull(answer["schema"]);
                Assert.True(response.Key.StartsWith('2') || answer["example"]!.AsObject().ContainsKey("message"), about);
            });
        }
    }

    [Fact]
    public async Task The_examples_of_bodies_are_valid()
    {
        using var person = new Person(api);
        foreach (var (method, path, operation) in OpenApiDocument.Operations(await DocumentAsync()).Where(operation => operation.Operation["requestBody"] is not null))
        {
            var example = operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();

            var answer = await person.SendAsync(new HttpMethod(method), path, example);

            Assert.True(answer.StatusCode is 200 or 201 or 202 or 404, $"{method} {path}: {answer.Text}");
        }
    }

    [Fact]
    public async Task Names_are_snake_case_and_the_example_of_the_page_stands_in_it()
    {
        var document = await DocumentAsync();

        var execute = document["paths"]!["/workflows/{workflowId}/execute"]!["post"]!;
        Assert.Equal("""{"context":{"user_id":123,"source":"manual-test"}}""", execute["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString());
        Assert.Contains(execute["parameters"]!.AsArray(), parameter => (string?)parameter!["name"] == "Idempotency-Key" && (string?)parameter["schema"]!["format"] == "uuid");
        Assert.All(document["components"]!["schemas"]!.AsObject(), schema =>
            Assert.All(schema.Value!["properties"]?.AsObject().Select(property => property.Key) ?? [], name => Assert.Equal(name.ToLowerInvariant(), name)));
    }

    private Task<JsonNode> DocumentAsync() => OpenApiDocument.OfAsync(api, "workflows");
}
