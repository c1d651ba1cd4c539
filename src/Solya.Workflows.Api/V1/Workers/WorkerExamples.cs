using Solya.Workflows.Api.V1.Runs;

namespace Solya.Workflows.Api.V1.Workers;

/// <summary>Examples of what workers send and are answered.</summary>
internal static class WorkerExamples
{
    private const string StepId = "wfstep_06f9m4c2e5wzz8k2q4n7r1t9y3";
    private const string Token = "0b6ff0d4-6c5e-4a50-9a5d-0f5f2f3c9d11";

    public static readonly IReadOnlyDictionary<string, (string? Request, string Answer)> All = new Dictionary<string, (string? Request, string Answer)>
    {
        ["ClaimSteps"] = (
            """{ "handlers": [ "crm.enrich" ], "workerId": "worker-1", "max": 10, "leaseMs": 60000, "waitMs": 0 }""",
            V1Examples.Success(
                $$"""
                {
                  "steps": [
                    {
                      "stepRunId": "{{StepId}}", "runId": "{{RunExamples.RunId}}", "stepName": "enrich", "leaseToken": "{{Token}}", "handler": "crm.enrich",
                      "config": { "company": "Acme Corp" }, "attempt": 1, "idempotencyKey": "{{RunExamples.RunId}}.enrich", "leaseUntil": "2026-04-02T12:01:00.000Z"
                    }
                  ]
                }
                """)),
        ["HeartbeatStep"] = (
            $$"""{ "leaseToken": "{{Token}}", "leaseMs": 60000 }""",
            V1Examples.Success($$"""{ "stepRunId": "{{StepId}}", "leaseUntil": "2026-04-02T12:01:30.000Z" }""")),
        ["CompleteStep"] = (
            $$"""{ "leaseToken": "{{Token}}", "output": { "employees": 42 } }""",
            V1Examples.Success($$"""{ "stepRunId": "{{StepId}}", "accepted": true }""")),
        ["FailStep"] = (
            $$"""{ "leaseToken": "{{Token}}", "error": { "code": "CRM_DOWN", "message": "The CRM does not answer.", "details": { "status": 502 } }, "retryable": true }""",
            V1Examples.Success($$"""{ "stepRunId": "{{StepId}}", "accepted": true }""")),
    };
}
