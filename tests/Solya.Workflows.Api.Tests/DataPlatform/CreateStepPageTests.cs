namespace Solya.Workflows.Api.Tests.DataPlatform;

/// <summary>Replays the request of the page "create step" and compares the answer with the page's own.</summary>
public class CreateStepPageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_pages_request_gets_the_pages_answer()
    {
        using var client = api.CreateClient();
        var run = await client.PostAsync("/workflow-runs", new { organizationId = "org-uuid-1234" });

        var answer = await client.PostAsync(
            $"/workflow-runs/{run.Data["id"]}/steps",
            """
            {
              "actionType": "ADD_ITEMS_TO_PLAN",
              "nodeId": "action-node-2",
              "nodeType": "ACTION",
              "organizationId": "org-uuid-1234",
              "resolvedInput": {
                "planId": "plan-uuid-restock-q2",
                "variantIds": [
                  "var-uuid-001",
                  "var-uuid-002"
                ]
              },
              "startedAt": "2026-05-23T06:00:05.000Z",
              "status": "RUNNING"
            }
            """);

        Assert.Equal(200, answer.StatusCode);
        Assert.True((bool)answer.Body["success"]!);
        Assert.Equal(["retryCount", "status", "stepId"], answer.Data.Select(field => field.Key).Order());
        Assert.Equal(0, (int)answer.Data["retryCount"]!);
        Assert.Equal("RUNNING", (string?)answer.Data["status"]);
        Assert.StartsWith("wfstep_", (string?)answer.Data["stepId"]);
    }
}
