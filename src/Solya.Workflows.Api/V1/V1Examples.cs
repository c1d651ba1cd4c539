using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.V1.Approvals;
using Solya.Workflows.Api.V1.Runs;
using Solya.Workflows.Api.V1.Workers;

namespace Solya.Workflows.Api.V1;

/// <summary>An example of every request and answer of this face, for the OpenAPI document.</summary>
internal static class V1Examples
{
    private const string Key = "key_06f9m3b2d4yty7j1p3m6q0s8vw";

    private const string Workspace = """{ "id": "ws_06f9m3a1c3xsx6h0n2k5p9r7tv", "slug": "acme", "createdAt": "2026-04-02T12:00:00.000Z" }""";

    private const string NewKey =
        $$"""{ "id": "{{Key}}", "key": "stv_your_api_key", "createdAt": "2026-04-02T12:00:00.000Z" }""";

    private const string Steps =
        """
        [
          { "name": "enrich", "type": "task", "handler": "http.request", "config": { "method": "GET", "url": "https://example.com/companies/{{ input.companyName }}" } },
          { "name": "await-payment", "type": "external_event", "signalType": "payment.confirmed", "timeoutMs": 86400000 },
          { "name": "review", "type": "approval", "prompt": "Welcome this customer?" }
        ]
        """;

    private const string WholeDefinition =
        $$"""
        {
          "id": "wfdef_06f9m3b2d4yty7j1p3m6q0s8vw", "workspaceId": "ws_06f9m3a1c3xsx6h0n2k5p9r7tv", "name": "onboard-customer", "version": "1.0.0",
          "description": "From contract to first login", "steps": {{Steps}}, "archived": false, "readOnly": false,
          "createdAt": "2026-04-02T12:00:00.000Z", "updatedAt": "2026-04-02T12:00:00.000Z"
        }
        """;

    // As the page shows it; what the page leaves out is added.
    private const string Run =
        """
        "id": "wfrun_def456", "workspaceId": "ws_xyz789", "definitionId": "wfdef_abc123", "status": "PENDING",
        "input": { "companyName": "Acme Corp", "contactEmail": "jane@acme.com" }, "output": null,
        "idempotencyKey": "onboard-acme-2026-04-02", "error": null, "createdAt": "2026-04-02T12:00:00.000Z",
        "startedAt": null, "completedAt": null, "updatedAt": "2026-04-02T12:00:00.000Z"
        """;

    private const string RunAtWork =
        """
        {
          "id": "wfrun_def456", "workspaceId": "ws_xyz789", "definitionId": "wfdef_abc123", "status": "RUNNING",
          "input": { "companyName": "Acme Corp" }, "output": null, "idempotencyKey": null, "error": null,
          "createdAt": "2026-04-02T12:00:00.000Z", "startedAt": "2026-04-02T12:00:00.040Z", "completedAt": null,
          "updatedAt": "2026-04-02T12:01:00.000Z", "currentStepIndex": 1, "currentStepName": "await-payment",
          "stepRuns": [
            {
              "id": "wfstep_06f9m3c5e5zvzar3v5p8s2w0yz", "stepName": "enrich", "type": "task", "iteration": "", "status": "SUCCEEDED", "attempt": 1,
              "output": { "status": 200, "headers": {}, "body": { "employees": 12 } }, "error": null,
              "startedAt": "2026-04-02T12:00:00.040Z", "completedAt": "2026-04-02T12:00:00.410Z"
            }
          ]
        }
        """;

    private const string Url = "https://example.com/hooks/workflows";

    private const string Webhook =
        $$"""
        {
          "id": "wh_06f9m3b2d4yty7j1p3m6q0s8vw", "url": "{{Url}}", "events": [ "workflow.completed", "workflow.failed" ],
          "createdAt": "2026-04-02T12:00:00.000Z", "disabledAt": null
        }
        """;

    private const string NewWebhook =
        $$"""
        {
          "id": "wh_06f9m3b2d4yty7j1p3m6q0s8vw", "url": "{{Url}}", "events": [ "workflow.completed", "workflow.failed" ],
          "secret": "whsec_your_secret", "createdAt": "2026-04-02T12:00:00.000Z"
        }
        """;

    private const string Delivery =
        """
        {
          "id": "msg_6wz0q1v8k2m4p7r9t3x5y6a8bc", "eventType": "workflow.failed", "runId": "wfrun_06f9m3b2d4yty7j1p3m6q0s8vw", "sequence": 9,
          "status": "PENDING", "attempt": 2, "responseStatus": 503, "error": "The receiver answered 503.",
          "createdAt": "2026-04-02T12:00:00.000Z", "deliveredAt": null, "nextAttemptAt": "2026-04-02T12:00:36.412Z"
        }
        """;

    public static readonly FaceExamples Face = new(
        new Dictionary<string, (string? Request, string Answer)>([.. RunExamples.All, .. ApprovalExamples.All, .. WorkerExamples.All])
        {
            ["CreateDefinition"] = (
                $$"""{ "name": "onboard-customer", "version": "1.0.0", "description": "From contract to first login", "steps": {{Steps}} }""",
                Success(WholeDefinition)),
            ["ListDefinitions"] = (null, List(WholeDefinition)),
            ["GetDefinition"] = (null, Success(WholeDefinition)),
            ["ArchiveDefinition"] = (null, Success(WholeDefinition.Replace("\"archived\": false", "\"archived\": true", StringComparison.Ordinal))),
            ["CreateWorkflowRun"] = (
                """
                {
                  "definitionId": "wfdef_abc123", "input": { "companyName": "Acme Corp", "contactEmail": "jane@acme.com" },
                  "idempotencyKey": "onboard-acme-2026-04-02"
                }
                """,
                Success($$"""{ {{Run}} }""")),
            ["ListWorkflowRuns"] = (null, List($$"""{ {{Run}} }""")),
            ["GetWorkflowRun"] = (null, Success(RunAtWork)),
            ["CancelWorkflowRun"] = (null, Success(RunAtWork.Replace("RUNNING", "CANCELLED", StringComparison.Ordinal))),
            ["ResumeWorkflowRun"] = (
                """{ "signalType": "payment.confirmed", "payload": { "transactionId": "txn_98765", "amount": 499.00 } }""", Success(RunAtWork)),
            ["RetryWorkflowRun"] = (null, Success(RunAtWork)),
            ["SendSignal"] = (
                """{ "signalType": "payment.confirmed", "payload": { "transactionId": "txn_98765" }, "dedupId": "txn_98765" }""",
                Success("""{ "runId": "wfrun_def456", "signalType": "payment.confirmed", "accepted": true }""")),
            ["CreateWebhook"] = ($$"""{ "url": "{{Url}}", "events": [ "workflow.completed", "workflow.failed" ] }""", Success(NewWebhook)),
            ["ListWebhooks"] = (null, List(Webhook)),
            ["GetWebhook"] = (null, Success(Webhook)),
            ["DeleteWebhook"] = (null, Success(Webhook)),
            ["ListDeliveries"] = (null, List(Delivery)),
            ["Redeliver"] = (null, Success(Delivery)),
            ["CreateWorkspace"] = ("""{ "slug": "acme" }""", Success($$"""{ "workspace": {{Workspace}}, "apiKey": {{NewKey}} }""")),
            ["GetCurrentWorkspace"] = (null, Success(Workspace)),
            ["CreateApiKey"] = (null, Success(NewKey)),
            ["ListApiKeys"] = (null, List($$"""{ "id": "{{Key}}", "hint": "stv_k3v9Qw", "createdAt": "2026-04-02T12:00:00.000Z", "revokedAt": null }""")),
            ["RevokeApiKey"] = (null, Success($$"""{ "id": "{{Key}}", "revokedAt": "2026-04-03T09:30:00.000Z" }""")),
        },
        new Dictionary<string, string>
        {
            ["400"] = Failure(
                "VALIDATION_ERROR",
                "'signalType' is required.",
                """, "details": { "issues": [ { "path": "signalType", "message": "'signalType' is required." } ] }"""),
            ["401"] = Failure("AUTH_ERROR", "Invalid or revoked API key"),
            ["404"] = Failure("NOT_FOUND", "There is no such workflow definition."),
            ["409"] = Failure("CONFLICT", "A workflow definition with this name and version exists; definitions never change."),
            ["413"] = Failure("PAYLOAD_TOO_LARGE", "The body may be at most 4 MiB."),
            ["415"] = Failure("UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8."),
            ["422"] = Failure("IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used with another body."),
            ["500"] = Failure("UNKNOWN_ERROR", "Something went wrong on our side."),
            ["503"] = Failure("DATABASE_UNAVAILABLE", "The database is not available; nothing has happened."),
        });

    internal static string Success(string data) => $$"""{ "success": true, "data": {{data}} }""";

    internal static string List(string entry)
        => $$"""{ "success": true, "data": [ {{entry}} ], "meta": { "page": 1, "pageSize": 20, "total": 1, "totalPages": 1 } }""";

    private static string Failure(string code, string message, string details = "")
        => $$"""{ "success": false, "error": { "code": "{{code}}", "message": "{{message}}"{{details}} } }""";
}
