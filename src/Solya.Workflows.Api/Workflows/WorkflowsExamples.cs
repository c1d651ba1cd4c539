using Solya.Workflows.Api.OpenApi;

namespace Solya.Workflows.Api.Workflows;

/// <summary>An example of every request and answer of this face, for the OpenAPI document.</summary>
internal static class WorkflowsExamples
{
    private const string Flow = "fl_06f9m3b2d4yty7j1p3m6q0s8vw";
    private const string Run = "fl_run_06f9m3c5e5zvz8k2q4n7r1t9wx";

    private const string Graph =
        """
        "nodes": [
          { "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger" } },
          { "id": "node_1", "type": "action", "data": { "componentId": "webhook", "method": "POST", "url": "https://example.com/users/{{ context.user_id }}" } }
        ],
        "edges": [ { "id": "edge_start_1", "source": "start", "target": "node_1" } ]
        """;

    private const string Authorization =
        """{ "id": "auth_06f9m3b2d4yty7j1p3m6q0s8vw", "user_id": "user-7", "email": "jsmith@example.com", "created_at": "2026-04-02T12:00:00.000Z" }""";

    private const string Masked = "https://workflows.example.com/workflows/webhooks/********";
    private const string Whole = "https://workflows.example.com/workflows/webhooks/q3v9QwZr0mVb1N5Y8dKxT2uLcEoHsJfAiGpRnXtUy4M";

    private const string Schedule =
        """
        "schedule_type": "cron", "schedule_value": "0 9 * * *", "timezone": "Europe/Berlin", "catch_up": "last", "overlap": "skip",
        "next_run_at": "2026-04-03T07:00:00.000Z"
        """;

    private const string Rest =
        $$"""
        "created_at": "2026-04-02T12:00:00.000Z", "updated_at": "2026-04-02T12:00:00.000Z", "authorization": {{Authorization}}, "read_only": false
        """;

    private const string Stored =
        $$"""
        {
          "id": "{{Flow}}", "name": "User Onboarding", "description": "Workflow to onboard new users.", {{Graph}},
          {{Schedule}}, "is_active": true, "webhook_url": "{{Whole}}", {{Rest}}
        }
        """;

    private const string Summary =
        $$"""
        { "id": "{{Flow}}", "name": "User Onboarding", "description": "Workflow to onboard new users.", {{Schedule}}, "is_active": true, "webhook_url": "{{Masked}}", {{Rest}} }
        """;

    private const string RunSummary =
        $$"""
        "id": "{{Run}}", "status": "completed", "trigger_payload": { "user_id": 123, "source": "manual-test" }, "error_message": null,
        "started_at": "2026-04-02T12:05:00.000Z", "completed_at": "2026-04-02T12:05:02.000Z", "duration_in_seconds": 2, "created_at": "2026-04-02T12:05:00.000Z"
        """;

    private const string RunWorkflow =
        $$"""
        {
          "id": "{{Flow}}", "name": "User Onboarding", "description": "Workflow to onboard new users.", {{Graph}},
          "schedule_type": "cron", "schedule_value": "0 9 * * *", "next_run_at": "2026-04-03T07:00:00.000Z", "is_active": true, "webhook_url": "{{Masked}}",
          "created_at": "2026-04-02T12:00:00.000Z", "updated_at": "2026-04-02T12:00:00.000Z", "authorization": {{Authorization}}, "runs": []
        }
        """;

    private const string EndedRun =
        $$"""
        {
          {{RunSummary}},
          "workflow": {{RunWorkflow}},
          "logs": [
            { "id": "fl_log_06f9m3c5e5zvzar3v5p8s2w0yz", "execution_id": "{{Run}}", "node_id": "node_1", "component_id": "webhook", "status": "success", "output": { "status": 200 }, "created_at": "2026-04-02T12:05:02.000Z" }
          ]
        }
        """;

    private const string PendingRun =
        $$"""
        {
          "id": "{{Run}}", "status": "pending", "trigger_payload": { "user_id": 123, "source": "manual-test" }, "error_message": null,
          "started_at": null, "completed_at": null, "duration_in_seconds": null, "created_at": "2026-04-02T12:05:00.000Z",
          "workflow": {{RunWorkflow}}, "logs": []
        }
        """;

    // As the page has it.
    private const string Execute = """{ "context": { "user_id": 123, "source": "manual-test" } }""";

    public static readonly FaceExamples Face = new(
        new Dictionary<string, (string? Request, string Answer)>
        {
            ["ExecuteWorkflow"] = (Execute, PendingRun),
            ["ExecuteWorkflowSynchronously"] = (Execute, EndedRun),
            ["ListExecutions"] = (
                null,
                $$"""
                {
                  "data": [ { {{RunSummary}} } ],
                  "links": { "first": "https://workflows.example.com/workflows/{{Flow}}/executions?page=1", "last": "https://workflows.example.com/workflows/{{Flow}}/executions?page=1", "prev": null, "next": null },
                  "meta": { "current_page": 1, "from": 1, "last_page": 1, "path": "https://workflows.example.com/workflows/{{Flow}}/executions", "per_page": 20, "to": 1, "total": 1 }
                }
                """),
            ["GetExecution"] = (null, EndedRun),
            ["CancelExecution"] = (null, EndedRun.Replace("\"completed\"", "\"cancelled\"", StringComparison.Ordinal)),
            ["SignalExecution"] = (
                """{ "signal_type": "payment.confirmed", "payload": { "amount": 499.00 }, "dedup_id": "payment-8812" }""",
                $$"""{ "message": "The signal is kept.", "run_id": "{{Run}}", "signal_type": "payment.confirmed" }"""),
            ["DecideFlowApproval"] = ("""{ "decision": "approved" }""", EndedRun),
            ["RerunExecution"] = (null, $$"""{ "message": "The workflow runs again.", "new_run": {{PendingRun}} }"""),
            ["ResumeExecutionFrom"] = (null, $$"""{ "message": "The workflow runs again from the node on.", "new_run": {{PendingRun}} }"""),
            ["StoreGraphWorkflow"] = (
                $$"""
                {
                  "name": "User Onboarding", "description": "Workflow to onboard new users.", {{Graph}}, "is_active": true,
                  "schedule_type": "cron", "schedule_value": "0 9 * * *", "timezone": "Europe/Berlin", "catch_up": "last", "overlap": "skip"
                }
                """,
                Stored),
            ["ListGraphWorkflows"] = (null, $"[ {Summary} ]"),
            ["GetGraphWorkflow"] = (null, Stored),
            ["PatchGraphWorkflow"] = ("""{ "name": "User Onboarding", "is_active": true }""", Stored),
            ["DeleteGraphWorkflow"] = (null, $$"""{ "id": "{{Flow}}", "deleted": true }"""),
            ["RotateWebhook"] = (null, $$"""{ "id": "{{Flow}}", "webhook_url": "{{Whole}}" }"""),
            ["PreviewSchedule"] = (
                null,
                """{ "timezone": "Europe/Berlin", "ticks": [ { "at": "2026-04-03T07:00:00.000Z", "local": "2026-04-03T09:00:00.000+02:00", "catch_up": "runs_if_newest", "overlap": "skipped" } ] }"""),
            ["ValidateGraph"] = ($$"""{ {{Graph}} }""", """{ "valid": true, "errors": [] }"""),
            ["TestNode"] = (
                """{ "node": { "id": "greet", "type": "action", "data": { "componentId": "text", "text": "Hello {{ context.name }}" } }, "context": { "name": "Ada" } }""",
                """{ "status": "success", "output": { "text": "Hello Ada" }, "error": null }"""),
            ["ReceiveWebhook"] = (null, $$"""{ "id": "{{Run}}", "status": "pending" }"""),
        },
        new Dictionary<string, string>
        {
            ["400"] = Failure("The body is not well-formed JSON at line 1, byte 14, or nests deeper than 64 levels."),
            ["401"] = Failure("Unauthenticated."),
            ["404"] = Failure("There is no such workflow."),
            ["409"] = Failure("The workflow is inactive."),
            ["413"] = Failure("The body may be at most 4 MiB."),
            ["415"] = Failure("The body must be application/json in UTF-8."),
            ["422"] = """{ "message": "'context' must be an object.", "errors": { "context": ["'context' must be an object."] } }""",
            ["500"] = Failure("Something went wrong on our side."),
            ["503"] = Failure("The database is not available; nothing has happened."),
        });

    private static string Failure(string message) => $$"""{ "message": "{{message}}" }""";
}
