using Solya.Workflows.Api.OpenApi;

namespace Solya.Workflows.Api.DataPlatform;

/// <summary>An example of every request and answer of this face, for the OpenAPI document.</summary>
internal static class Examples
{
    private const string Run = "wfrun_06f9m3c5e5zvz8k2q4n7r1t9wx";
    private const string Step = "wfstep_06f9m3c5e5zvzar3v5p8s2w0yz";
    private const string Workflow = "wfdef_06f9m3b2d4yty7j1p3m6q0s8vw";
    private const string Task = "task_06f9m3d7g6azw9m3r5p8s2v0xy";
    private const string Plan = "plan_06f9m3e9h7bzxan4s6q9t3w1yz";

    private const string WholeRun =
        $$"""
        "id": "{{Run}}", "organizationId": "org-uuid-1234", "workflowId": "{{Workflow}}", "externalRunId": "databricks-run-8812",
        "executor": "EXTERNAL", "status": "RUNNING", "triggerContext": { "source": "nightly" }, "outputSummary": null,
        "errorCode": null, "errorMessage": null, "errorDetails": null, "heartbeatIntervalSeconds": 60,
        "lastHeartbeatAt": "2026-05-23T06:00:05.000Z", "triggeredAt": "2026-05-23T06:00:00.000Z", "startedAt": "2026-05-23T06:00:05.000Z",
        "completedAt": null, "createdAt": "2026-05-23T06:00:00.000Z", "updatedAt": "2026-05-23T06:00:05.000Z"
        """;

    private const string WholeStep =
        $$"""
        {
          "stepId": "{{Step}}", "runId": "{{Run}}", "organizationId": "org-uuid-1234", "nodeId": "action-node-2", "nodeType": "ACTION",
          "actionType": "ADD_ITEMS_TO_PLAN", "status": "SUCCEEDED", "retryCount": 0,
          "resolvedInput": { "planId": "plan-uuid-restock-q2", "variantIds": ["var-uuid-001", "var-uuid-002"] },
          "output": { "addedCount": 2 }, "errorCode": null, "errorMessage": null, "errorDetails": null, "logs": null,
          "startedAt": "2026-05-23T06:00:05.000Z", "completedAt": "2026-05-23T06:00:12.000Z", "durationMs": 7000,
          "createdAt": "2026-05-23T06:00:05.000Z", "updatedAt": "2026-05-23T06:00:12.000Z"
        }
        """;

    private const string WholeTask =
        $$"""
        {
          "id": "{{Task}}", "organizationId": "550e8400-e29b-41d4-a716-446655440001", "domain": "restock", "variantId": "variant-uuid-1",
          "shopId": "shop-uuid-1", "status": "OPEN", "workflowRunId": "workflow-run-uuid-abc123", "confidence": 0.82,
          "payload": { "quantity": 4 }, "createdAt": "2026-05-23T06:00:05.000Z", "updatedAt": "2026-05-23T06:00:05.000Z", "closedAt": null
        }
        """;

    private const string WholePlan =
        $$"""
        "planId": "{{Plan}}", "organizationId": "org-uuid-1234", "planType": "RESTOCK", "planName": "Q2 restock", "status": "DRAFT",
        "workflowRunId": "workflow-run-uuid-abc123", "createdAt": "2026-05-23T06:00:05.000Z", "updatedAt": "2026-05-23T06:00:05.000Z"
        """;

    private const string Flow =
        """
        {
          "nodes": [
            { "id": "trigger-node-1", "data": { "nodeType": "TRIGGER" } },
            { "id": "action-node-1", "data": { "nodeType": "ACTION", "actionType": "CREATE_OR_GET_PLAN" } },
            { "id": "action-node-2", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": "action-node-1" } }
          ],
          "edges": [
            { "id": "edge-1", "source": "trigger-node-1", "target": "action-node-1" },
            { "id": "edge-2", "source": "action-node-1", "target": "action-node-2" }
          ]
        }
        """;

    private const string WholeWorkflow =
        $$"""
        {
          "id": "{{Workflow}}", "name": "Restock Q2", "organizationId": "org-uuid-1234", "status": "ACTIVE", "flowDefinition": {{Flow}},
          "createdAt": "2026-05-23T06:00:00.000Z", "updatedAt": "2026-05-23T06:00:00.000Z"
        }
        """;

    private static readonly Dictionary<string, (string? Request, string Answer)> ByOperation = new()
    {
        ["CreateRun"] = (
            """{ "organizationId": "org-uuid-1234", "externalRunId": "databricks-run-8812", "triggerContext": { "source": "nightly" }, "heartbeatIntervalSeconds": 60 }""",
            $$"""{ "id": "{{Run}}", "status": "PENDING", "triggeredAt": "2026-05-23T06:00:00.000Z", "workflowId": null }"""),
        ["ListRuns"] = (null, List($$"""{ {{WholeRun}} }""")),
        ["GetRun"] = (null, $$"""{ {{WholeRun}}, "steps": [ {{WholeStep}} ] }"""),
        ["PatchRun"] = (
            """{ "organizationId": "org-uuid-1234", "status": "COMPLETED", "completedAt": "2026-05-23T06:05:00.000Z", "outputSummary": { "tasksCreated": 2 } }""",
            $$"""{ "completedAt": "2026-05-23T06:05:00.000Z", "id": "{{Run}}", "status": "COMPLETED" }"""),
        ["Heartbeat"] = (
            """{ "organizationId": "org-uuid-1234" }""",
            $$"""{ "id": "{{Run}}", "status": "RUNNING", "nextHeartbeatBy": "2026-05-23T06:03:05.000Z" }"""),
        ["CreateStep"] = (
            """
            {
              "actionType": "ADD_ITEMS_TO_PLAN", "nodeId": "action-node-2", "nodeType": "ACTION", "organizationId": "org-uuid-1234",
              "resolvedInput": { "planId": "plan-uuid-restock-q2", "variantIds": ["var-uuid-001", "var-uuid-002"] },
              "startedAt": "2026-05-23T06:00:05.000Z", "status": "RUNNING"
            }
            """,
            $$"""{ "retryCount": 0, "status": "RUNNING", "stepId": "{{Step}}" }"""),
        ["GetStep"] = (null, WholeStep),
        ["PatchStep"] = (
            """
            {
              "completedAt": "2026-05-23T06:00:08.000Z", "errorCode": "PLAN_CLOSED",
              "errorDetails": { "planId": "plan-uuid-restock-q2", "planStatus": "CLOSED" },
              "errorMessage": "Plan is closed and cannot receive new items", "organizationId": "org-uuid-1234", "status": "FAILED"
            }
            """,
            $$"""{ "completedAt": "2026-05-23T06:00:12.000Z", "durationMs": 7000, "retryCount": 0, "status": "SUCCEEDED", "stepId": "{{Step}}" }"""),
        ["WriteStepBatch"] = (
            $$"""
            {
              "organizationId": "org-uuid-1234",
              "reports": [
                { "runId": "{{Run}}", "step": { "nodeId": "action-node-3", "nodeType": "ACTION", "actionType": "SEND_EMAIL" } },
                { "stepId": "{{Step}}", "patch": { "status": "SUCCEEDED", "output": { "addedCount": 2 } } }
              ]
            }
            """,
            $$"""
            {
              "results": [
                { "index": 0, "status": 200, "data": { "stepId": "wfstep_06f9m3c5e5zvzcs4w6q9t3x1z0", "status": "RUNNING", "retryCount": 0 } },
                { "index": 1, "status": 404, "errorCode": "RECORD_NOT_FOUND", "error": "There is no such step." }
              ]
            }
            """),
        ["CreateTasks"] = (
            """
            {
              "domains": ["restock"], "minConfidence": 0.6, "organizationId": "550e8400-e29b-41d4-a716-446655440001",
              "perimeter": [
                { "shopId": "shop-uuid-1", "variantId": "variant-uuid-1" },
                { "shopId": "shop-uuid-2", "variantId": "variant-uuid-2" }
              ],
              "workflowRunId": "workflow-run-uuid-abc123"
            }
            """,
            """{ "created": 2, "successCode": "WORKFLOW_TASKS_CREATED", "suppressed": 0, "updated": 0, "workflowRunId": "workflow-run-uuid-abc123" }"""),
        ["PutActionVectors"] = (
            """
            {
              "organizationId": "550e8400-e29b-41d4-a716-446655440001",
              "vectors": [ { "domain": "restock", "variantId": "variant-uuid-1", "shopId": "shop-uuid-1", "confidence": 0.82, "payload": { "quantity": 4 } } ]
            }
            """,
            """{ "created": 1, "updated": 0 }"""),
        ["ListTasks"] = (null, List(WholeTask)),
        ["PatchTask"] = (
            """{ "organizationId": "550e8400-e29b-41d4-a716-446655440001", "status": "DONE" }""",
            WholeTask.Replace("\"OPEN\"", "\"DONE\"", StringComparison.Ordinal)
                .Replace("\"closedAt\": null", "\"closedAt\": \"2026-05-23T08:00:00.000Z\"", StringComparison.Ordinal)),
        ["CreateOrGetPlan"] = (
            """{ "organizationId": "org-uuid-1234", "planType": "RESTOCK", "planName": "Q2 restock", "workflowRunId": "workflow-run-uuid-abc123" }""",
            $$"""{ "planId": "{{Plan}}", "planName": "Q2 restock", "planType": "RESTOCK", "isNew": true }"""),
        ["AddItemsToPlan"] = (
            $$"""{ "organizationId": "org-uuid-1234", "planId": "{{Plan}}", "items": [ { "variantId": "var-uuid-001", "shopId": "shop-uuid-1", "quantity": 4 } ] }""",
            """{ "addedCount": 1, "skippedCount": 0, "errors": [] }"""),
        ["ListPlans"] = (null, List($$"""{ {{WholePlan}} }""")),
        ["GetPlan"] = (null, $$"""{ {{WholePlan}}, "items": [ { "variantId": "var-uuid-001", "shopId": "shop-uuid-1", "quantity": 4 } ] }"""),
        ["PatchPlan"] = (
            """{ "organizationId": "org-uuid-1234", "status": "VALIDATED" }""",
            $$"""{ {{WholePlan}} }""".Replace("DRAFT", "VALIDATED", StringComparison.Ordinal)),
        ["CreateWorkflow"] = (
            $$"""{ "organizationId": "org-uuid-1234", "name": "Restock Q2", "status": "ACTIVE", "flowDefinition": {{Flow}} }""", WholeWorkflow),
        ["ListActiveWorkflows"] = (null, List(WholeWorkflow)),
        ["GetWorkflow"] = (null, WholeWorkflow),
        ["PatchWorkflow"] = (
            """{ "organizationId": "org-uuid-1234", "status": "PAUSED" }""",
            WholeWorkflow.Replace("ACTIVE", "PAUSED", StringComparison.Ordinal)),
        ["SweepZombieRuns"] = (
            """{ "limit": 500, "dryRun": false }""",
            $$"""
            {
              "swept": 1,
              "runs": [
                {
                  "id": "{{Run}}", "organizationId": "org-uuid-1234", "lastHeartbeatAt": "2026-05-23T06:00:05.000Z",
                  "deadline": "2026-05-23T06:03:05.000Z", "openSteps": 1
                }
              ],
              "successCode": "ZOMBIE_RUNS_SWEPT"
            }
            """),
    };

    private static readonly Dictionary<string, string> ByStatus = new()
    {
        ["400"] = """
            {
              "success": false, "error": "'nodeId' is required.", "errorCode": "VALIDATION_ERROR",
              "fieldErrors": [ { "field": "nodeId", "code": "REQUIRED", "message": "'nodeId' is required." } ]
            }
            """,
        ["401"] = """{ "success": false, "error": "A valid bearer token is required.", "errorCode": "UNAUTHORIZED" }""",
        ["404"] = """{ "success": false, "error": "There is no such run.", "errorCode": "RECORD_NOT_FOUND" }""",
        ["409"] = """{ "success": false, "error": "The run's status does not allow it, or the engine executes the run.", "errorCode": "RUN_NOT_ACTIVE" }""",
        ["413"] = """{ "success": false, "error": "The body may be at most 4 MiB.", "errorCode": "PAYLOAD_TOO_LARGE" }""",
        ["415"] = """{ "success": false, "error": "The body must be application/json in UTF-8.", "errorCode": "UNSUPPORTED_MEDIA_TYPE" }""",
        ["422"] = """{ "success": false, "error": "The Idempotency-Key was used with another body.", "errorCode": "IDEMPOTENCY_KEY_REUSED" }""",
        ["500"] = """{ "success": false, "error": "Something went wrong on our side.", "errorCode": "UNKNOWN_ERROR" }""",
        ["503"] = """{ "success": false, "error": "The database is not available; nothing has happened.", "errorCode": "DATABASE_UNAVAILABLE" }""",
    };

    public static readonly FaceExamples Face = new(
        ByOperation.ToDictionary(entry => entry.Key, entry => (entry.Value.Request, $$"""{ "success": true, "data": {{entry.Value.Answer}} }""")),
        ByStatus);

    private static string List(string item) => $$"""{ "items": [ {{item}} ], "total": 1, "limit": 20, "offset": 0, "nextCursor": null }""";
}
