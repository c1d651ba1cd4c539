using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Approvals;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.V1.Approvals;

internal static class ApprovalEndpoints
{
    public static void MapApprovals(this IEndpointRouteBuilder api)
    {
        var approvals = api.MapGroup("/approval-requests").WithTags("Approvals");

        approvals.MapGet("/", ListAsync)
            .ValidateQuery<ListApprovalsQuery>()
            .AnswersList<ApprovalResponse>(400)
            .WithName("ListApprovals")
            .WithSummary("List questions to people, newest first");
        approvals.MapGet("/{id}", GetAsync)
            .Answers<ApprovalResponse>(200, 404)
            .WithName("GetApproval")
            .WithSummary("Read one question");
        approvals.MapPost("/{id}/decide", DecideAsync)
            .Validate<DecideApprovalRequest>()
            .Answers<ApprovalResponse>(200, 400, 404, 409, 413, 415)
            .WithName("DecideApproval")
            .WithSummary("Decide a question, once");
    }

    private static async Task<Answer> ListAsync(
        HttpContext context, Input<ListApprovalsQuery> input, ApprovalRepository approvals, CancellationToken ct)
    {
        var query = input.Value;
        // An id that is no id names a run that asks nothing.
        Guid? runId = query.RunId is null ? null : PublicId.Parse(PublicId.Run, query.RunId) ?? Guid.Empty;
        var page = await approvals.ListApprovalsAsync(Caller.Of(context).OrganizationId, query.Pending, runId, query.Page.ToRequest(), ct);
        return V1Answers.List(page, query.Page, ApprovalResponse.Of, V1Json.Face.ListResponseApprovalResponse);
    }

    private static Task<Answer> GetAsync(HttpContext context, string id, ApprovalRepository approvals, CancellationToken ct)
        => PublicId.Parse(PublicId.Approval, id) is { } approvalId
            ? FindAsync(Caller.Of(context).OrganizationId, approvalId, approvals, ct)
            : Task.FromResult(V1Errors.ApprovalNotFound());

    private static async Task<Answer> DecideAsync(
        HttpContext context, string id, Input<DecideApprovalRequest> input, ApprovalRepository approvals, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Approval, id) is not { } approvalId)
        {
            return V1Errors.ApprovalNotFound();
        }

        var request = input.Value;
        var organization = Caller.Of(context).OrganizationId;
        var receipt = await approvals.DecideAsync(organization, approvalId, StatusOf(request.Decision!.Value), request.EditedContent?.Text, request.DecidedBy, ct);
        return receipt.Outcome switch
        {
            ControlOutcome.Done => await FindAsync(organization, approvalId, approvals, ct),
            ControlOutcome.NotFound => V1Errors.ApprovalNotFound(),
            ControlOutcome.NotAllowed => V1Errors.Conflict(receipt.Reason!),
        };
    }

    private static async Task<Answer> FindAsync(string organizationId, Guid approvalId, ApprovalRepository approvals, CancellationToken ct)
        => await approvals.FindApprovalAsync(organizationId, approvalId, ct) is { } asked
            ? V1Answers.Success(200, ApprovalResponse.Of(asked), V1Json.Face.SuccessResponseApprovalResponse)
            : V1Errors.ApprovalNotFound();

    private static ApprovalStatus StatusOf(ApprovalDecision decision) => decision switch
    {
        ApprovalDecision.Approved => ApprovalStatus.Approved,
        ApprovalDecision.Rejected => ApprovalStatus.Rejected,
        ApprovalDecision.Edited => ApprovalStatus.Edited,
    };
}
