namespace Solya.Workflows.Api.Tests.DataPlatform.StepPatches;

/// <summary>Replays the request and the answer of the page "patch step".</summary>
public class PatchStepPageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_pages_request_is_recorded_whole()
    {
        using var executor = new Executor(api, "org-uuid-1234");
        var step = await executor.StartStepAsync(new { startedAt = "2026-05-23T06:00:05.000Z" });

        var answer = await executor.Client.PatchAsync(
            $"/workflow-run-steps/{step}",
            """
            {
              "completedAt": "2026-05-23T06:00:08.000Z",
              "errorCode": "PLAN_CLOSED",
              "errorDetails": {
                "planId": "plan-uuid-restock-q2",
                "planStatus": "CLOSED"
              },
              "errorMessage": "Plan is closed and cannot receive new items",
              "organizationId": "org-uuid-1234",
              "status": "FAILED"
            }
            """);

        Assert.Equal(
            $$$"""{"success":true,"data":{"stepId":"{{{step}}}","status":"FAILED","retryCount":0,"completedAt":"2026-05-23T06:00:08.000Z","durationMs":3000}}""",
            answer.Text);
        var recorded = await executor.StepAsync(step);
        Assert.Equal("PLAN_CLOSED", (string?)recorded["errorCode"]);
        Assert.Equal("Plan is closed and cannot receive new items", (string?)recorded["errorMessage"]);
        Assert.Equal("CLOSED", (string?)recorded["errorDetails"]!["planStatus"]);
    }

    [Fact]
    public async Task The_pages_answer_is_what_a_success_seven_seconds_after_the_start_gets()
    {
        using var executor = new Executor(api, "org-uuid-1234");
        var step = await executor.StartStepAsync(new { startedAt = "2026-05-23T06:00:05.000Z" });

        var answer = await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = "2026-05-23T06:00:12.000Z" });

        Expect.Same(
            System.Text.Json.Nodes.JsonNode.Parse(
                $$"""
                {
                  "completedAt": "2026-05-23T06:00:12.000Z",
                  "durationMs": 7000,
                  "retryCount": 0,
                  "status": "SUCCEEDED",
                  "stepId": "{{step}}"
                }
                """),
            Expect.Ok(answer));
    }
}
