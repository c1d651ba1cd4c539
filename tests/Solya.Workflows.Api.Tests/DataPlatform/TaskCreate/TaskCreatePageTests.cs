namespace Solya.Workflows.Api.Tests.DataPlatform.TaskCreate;

/// <summary>Replays the request of the page "task-create" and compares the answer with the page's own.</summary>
public class TaskCreatePageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_pages_request_gets_the_pages_answer()
    {
        using var client = api.CreateClient();

        var answer = await client.PostAsync(
            "/workflow-actions/task-create",
            """
            {
              "domains": [
                "restock"
              ],
              "minConfidence": 0.6,
              "organizationId": "550e8400-e29b-41d4-a716-446655440001",
              "perimeter": [
                {
                  "shopId": "shop-uuid-1",
                  "variantId": "variant-uuid-1"
                },
                {
                  "shopId": "shop-uuid-2",
                  "variantId": "variant-uuid-2"
                }
              ],
              "workflowRunId": "workflow-run-uuid-abc123"
            }
            """);

        Assert.Equal(200, answer.StatusCode);
        Assert.True((bool)answer.Body["success"]!);
        Expect.Keys(["success", "data"], answer.Body);
        Expect.Same(
            System.Text.Json.Nodes.JsonNode.Parse(
                """
                {
                  "created": 2,
                  "successCode": "WORKFLOW_TASKS_CREATED",
                  "suppressed": 0,
                  "updated": 0,
                  "workflowRunId": "workflow-run-uuid-abc123"
                }
                """),
            answer.Data);
    }
}
