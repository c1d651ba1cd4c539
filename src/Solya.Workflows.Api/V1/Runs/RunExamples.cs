namespace Solya.Workflows.Api.V1.Runs;

/// <summary>Examples of what follows and moves runs.</summary>
internal static class RunExamples
{
    public const string RunId = "wfrun_06f9m4c2e5wzz8k2q4n7r1t9xy";

    private const string Step =
        """
        {
          "id": "wfstep_06f9m4c2e5wzz8k2q4n7r1t9xz", "stepName": "enrich", "type": "task", "iteration": "", "status": "SUCCEEDED", "attempt": 1,
          "output": { "status": 200, "headers": {}, "body": { "employees": 42 } }, "error": null,
          "startedAt": "2026-04-02T12:00:01.000Z", "completedAt": "2026-04-02T12:00:02.000Z"
        }
        """;

    private const string Explanation =
        $$"""
        {
          "runId": "{{RunId}}", "status": "WAITING", "summary": "The run waits for the signal 'payment.confirmed' at step 'await-payment' until 2026-04-03T12:00:02.000Z.",
          "waitingFor": [
            {
              "kind": "signal", "step": "await-payment", "signalType": "payment.confirmed", "until": "2026-04-03T12:00:02.000Z",
              "unblock": [
                { "method": "POST", "path": "/v1/workflow-runs/{{RunId}}/resume", "body": { "signalType": "payment.confirmed", "payload": {} } },
                { "method": "POST", "path": "/v1/workflow-runs/{{RunId}}/signals", "body": { "signalType": "payment.confirmed", "payload": {} } }
              ]
            }
          ],
          "unblock": []
        }
        """;

    private const string Event =
        """{ "id": "evt_06f9m4c2e5wzz8k2q4n7r1t9y0", "sequence": 4, "eventType": "step.completed", "stepName": "enrich", "status": "SUCCEEDED", "payload": null, "createdAt": "2026-04-02T12:00:02.000Z" }""";

    public static readonly IReadOnlyDictionary<string, (string? Request, string Answer)> All = new Dictionary<string, (string? Request, string Answer)>
    {
        ["MoveWorkflowRuns"] = (
            """{ "action": "retry", "filter": { "errorCode": "HTTP_STATUS", "createdAfter": "2026-04-01T00:00:00.000Z" } }""",
            V1Examples.Success($$"""{ "succeeded": [ "{{RunId}}" ], "failed": {} }""")),
        ["ListRunSteps"] = (null, V1Examples.List(Step)),
        ["ListRunEvents"] = (null, V1Examples.List(Event)),
        ["StreamRunEvents"] = (null, $"id: 4\nevent: step.completed\ndata: {Event}\n\n"),
        ["ExplainRun"] = (null, V1Examples.Success(Explanation)),
    };
}
