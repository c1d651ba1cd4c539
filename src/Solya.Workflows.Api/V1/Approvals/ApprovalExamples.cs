using Solya.Workflows.Api.V1.Runs;

namespace Solya.Workflows.Api.V1.Approvals;

/// <summary>Examples of the operations on approvals.</summary>
internal static class ApprovalExamples
{
    public static readonly IReadOnlyDictionary<string, (string? Request, string Answer)> All = new Dictionary<string, (string? Request, string Answer)>
    {
        ["ListApprovals"] = (null, V1Examples.List(Approval("PENDING", "null", "null", "null"))),
        ["GetApproval"] = (null, V1Examples.Success(Approval("PENDING", "null", "null", "null"))),
        ["DecideApproval"] = (
            """{ "decision": "edited", "editedContent": "Welcome, Jane!", "decidedBy": "sam@acme.com" }""",
            V1Examples.Success(Approval("EDITED", "\"Welcome, Jane!\"", "\"sam@acme.com\"", "\"2026-04-02T12:20:00.000Z\""))),
    };

    private static string Approval(string status, string editedContent, string decidedBy, string decidedAt) =>
        $$"""
        {
          "id": "apr_06f9m4c2e5wzz8k2q4n7r1t9y1", "runId": "{{RunExamples.RunId}}", "stepRunId": "wfstep_06f9m4c2e5wzz8k2q4n7r1t9y2", "stepName": "review",
          "status": "{{status}}", "prompt": "Send this welcome?", "contentKey": "welcome", "content": "Welcome!", "approvers": [ "sam@acme.com" ],
          "editedContent": {{editedContent}}, "decidedBy": {{decidedBy}}, "expiresAt": null, "createdAt": "2026-04-02T12:15:00.000Z", "decidedAt": {{decidedAt}}
        }
        """;
}
