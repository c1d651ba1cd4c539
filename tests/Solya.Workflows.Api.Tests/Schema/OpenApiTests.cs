using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Schema;

public class OpenApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_document_equals_the_committed_file()
        => OpenApiDocument.AssertCommitted(await DocumentAsync(), "data-platform");

    [Fact]
    public async Task The_document_has_every_route_and_no_other()
    {
        var operations = OpenApiDocument.Operations(await DocumentAsync()).Select(operation => $"{operation.Method} {operation.Path}");

        Assert.Equal(
            Routes.WithBody.Select(route => route.ToString()).Concat(Routes.WithQuery.Select(route => $"GET {route.Template}")).Order(StringComparer.Ordinal),
            operations.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_has_an_example_of_its_body_and_of_every_answer()
    {
        foreach (var (method, path, operation) in OpenApiDocument.Operations(await DocumentAsync()))
        {
            var route = Routes.WithBody.SingleOrDefault(route => route.ToString() == $"{method} {path}");
            var about = $"{method} {path}";
            Assert.True(route is null == (operation["requestBody"] is null), about);
            if (route is not null)
            {
                var example = operation["requestBody"]!["content"]!["application/json"]!["example"];
                Assert.True(example is JsonObject { Count: > 0 }, about);
                Assert.All(example!.AsObject(), field => Assert.Contains(field.Key, (IDictionary<string, Kind>)route.Fields));
            }

            var responses = operation["responses"]!.AsObject();
            Assert.True(responses.ContainsKey("200") && responses.ContainsKey("401") && responses.ContainsKey("500") && responses.ContainsKey("503"), about);
            Assert.True(route is null || responses.ContainsKey("400") && responses.ContainsKey("413") && responses.ContainsKey("415"), about);
            Assert.All(responses, response =>
            {
                var answer = response.Value!["content"]!["application/json"]!;
                Assert.NotNull(answer["schema"]);
                var example = answer["example"]!.AsObject();
                Assert.Equal(response.Key == "200", (bool)example["success"]!);
                Assert.Equal(response.Key == "200" ? ["data", "success"] : response.Key == "400" ? ["error", "errorCode", "fieldErrors", "success"] : ["error", "errorCode", "success"], example.Select(field => field.Key).Order());
            });
        }
    }

    [Fact]
    public async Task The_examples_of_bodies_are_valid()
    {
        using var client = api.CreateClient();
        foreach (var (method, path, operation) in OpenApiDocument.Operations(await DocumentAsync()).Where(operation => operation.Operation["requestBody"] is not null))
        {
            var route = Routes.Named($"{method} {path}");

            var answer = await client.SendAsync(route, operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString());

            Assert.True(answer.StatusCode is 200 or 404, $"{route}: {answer.Text}");
        }
    }

    // Each page's request and answer, copied from the page.
    [Theory]
    [InlineData("POST", "/api/data-platform/workflow-runs/{id}/steps",
        """{ "actionType": "ADD_ITEMS_TO_PLAN", "nodeId": "action-node-2", "nodeType": "ACTION", "organizationId": "org-uuid-1234", "resolvedInput": { "planId": "plan-uuid-restock-q2", "variantIds": [ "var-uuid-001", "var-uuid-002" ] }, "startedAt": "2026-05-23T06:00:05.000Z", "status": "RUNNING" }""",
        """{ "retryCount": 0, "status": "RUNNING", "stepId": "step-uuid-aa1b2c" }""")]
    [InlineData("PATCH", "/api/data-platform/workflow-run-steps/{stepId}",
        """{ "completedAt": "2026-05-23T06:00:08.000Z", "errorCode": "PLAN_CLOSED", "errorDetails": { "planId": "plan-uuid-restock-q2", "planStatus": "CLOSED" }, "errorMessage": "Plan is closed and cannot receive new items", "organizationId": "org-uuid-1234", "status": "FAILED" }""",
        """{ "completedAt": "2026-05-23T06:00:12.000Z", "durationMs": 7000, "retryCount": 0, "status": "SUCCEEDED", "stepId": "step-uuid-aa1b2c" }""")]
    [InlineData("POST", "/api/data-platform/workflow-actions/task-create",
        """{ "domains": [ "restock" ], "minConfidence": 0.6, "organizationId": "550e8400-e29b-41d4-a716-446655440001", "perimeter": [ { "shopId": "shop-uuid-1", "variantId": "variant-uuid-1" }, { "shopId": "shop-uuid-2", "variantId": "variant-uuid-2" } ], "workflowRunId": "workflow-run-uuid-abc123" }""",
        """{ "created": 2, "successCode": "WORKFLOW_TASKS_CREATED", "suppressed": 0, "updated": 0, "workflowRunId": "workflow-run-uuid-abc123" }""")]
    public async Task The_pages_own_examples_are_in_the_document(string method, string path, string request, string answer)
    {
        var operation = OpenApiDocument.Operations(await DocumentAsync()).Single(operation => operation.Method == method && operation.Path == path).Operation;
        var data = operation["responses"]!["200"]!["content"]!["application/json"]!["example"]!["data"]!.DeepClone().AsObject();
        var page = JsonNode.Parse(answer)!.AsObject();
        if (page.ContainsKey("stepId"))
        {
            // The one deviation: the page's id is none of ours, whose shape the document shows.
            Assert.StartsWith("wfstep_", (string?)data["stepId"]);
            data["stepId"] = page["stepId"]!.DeepClone();
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(request), operation["requestBody"]!["content"]!["application/json"]!["example"]));
        Assert.True(JsonNode.DeepEquals(page, data), data.ToJsonString());
    }

    [Fact]
    public async Task Required_fields_of_a_body_are_required_in_its_schema()
    {
        var document = await DocumentAsync();
        foreach (var route in Routes.WithBody)
        {
            var operation = OpenApiDocument.Operations(document).Single(operation => $"{operation.Method} {operation.Path}" == route.ToString()).Operation;
            var reference = (string)operation["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!;
            var schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;

            Assert.Equal(route.Fields.Keys.Order(), schema["properties"]!.AsObject().Select(field => field.Key).Order());
            Assert.Equal(route.Required.Order(), (schema["required"]?.AsArray() ?? []).Select(field => (string)field!).Order());
        }
    }

    private Task<JsonNode> DocumentAsync() => OpenApiDocument.OfAsync(api, "data-platform");
}
