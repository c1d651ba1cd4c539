using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Approvals;
using Solya.Workflows.Ids;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.V1.Approvals;

/// <param name="Pending">True for those that wait for a decision, false for those that do not any more.</param>
/// <param name="RunId">Only those of this run.</param>
/// <param name="Page">Page and pageSize (1 to 100, default 20), or cursor.</param>
public sealed record ListApprovalsQuery(bool? Pending, string? RunId, NumberedPage Page) : IQueryRequest<ListApprovalsQuery>
{
    static ListApprovalsQuery IQueryRequest<ListApprovalsQuery>.Read(QueryFields query)
        => new(query.OptionalBoolean("pending"), query.OptionalText("runId"), query.NumberedPage(PublicId.Approval));
}

/// <summary>What a person can say to a question.</summary>
public enum ApprovalDecision
{
    /// <summary>Yes.</summary>
    [Wire("approved")]
    Approved,

    /// <summary>No; the run fails.</summary>
    [Wire("rejected")]
    Rejected,

    /// <summary>Yes, but with other content.</summary>
    [Wire("edited")]
    Edited,
}

/// <param name="EditedContent">Any JSON value, at most 1 MiB; required with <c>edited</c>, refused otherwise.</param>
/// <param name="DecidedBy">Who decided, 1 to 255 characters.</param>
public sealed record DecideApprovalRequest(ApprovalDecision? Decision, RawJsonValue? EditedContent, string? DecidedBy) : IBodyRequest<DecideApprovalRequest>
{
    static DecideApprovalRequest IBodyRequest<DecideApprovalRequest>.Read(JsonFields body)
    {
        var request = new DecideApprovalRequest(body.Enum<ApprovalDecision>("decision"), body.OptionalValue("editedContent"), body.OptionalText("decidedBy"));
        if (request is { Decision: ApprovalDecision.Edited, EditedContent: null })
        {
            body.Errors.Add("editedContent", FieldErrorCodes.Required, "'editedContent' is required when the decision is edited.");
        }
        else if (request is { Decision: ApprovalDecision.Approved or ApprovalDecision.Rejected, EditedContent: not null })
        {
            body.Errors.Add("editedContent", FieldErrorCodes.NotAllowed, "'editedContent' goes only with the decision edited.");
        }

        return request;
    }
}

/// <summary>A question to people; its run is PAUSED until it is decided.</summary>
/// <param name="Content">What is to be approved, as it was when the question was asked: any JSON value.</param>
/// <param name="Approvers">Who is asked, as the definition says it.</param>
/// <param name="EditedContent">What it was changed to: any JSON value.</param>
/// <param name="ExpiresAt">When the question decides itself; null when it waits for ever.</param>
public sealed record ApprovalResponse(
    string Id,
    string RunId,
    string StepRunId,
    string? StepName,
    ApprovalStatus Status,
    string? Prompt,
    string? ContentKey,
    RawJsonValue? Content,
    RawJsonArray? Approvers,
    RawJsonValue? EditedContent,
    string? DecidedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DecidedAt)
{
    internal static ApprovalResponse Of(AskedApproval asked)
    {
        var request = asked.Request;
        return new(
            PublicId.Format(PublicId.Approval, request.Id),
            PublicId.Format(PublicId.Run, request.RunId),
            PublicId.Format(PublicId.Step, request.StepId),
            asked.StepName,
            request.Status,
            request.Prompt,
            request.ContentKey,
            RawJsonValue.Of(request.Content),
            request.Approvers is { } approvers ? new RawJsonArray(approvers) : null,
            RawJsonValue.Of(request.EditedContent),
            request.DecidedBy,
            request.ExpiresAt,
            request.CreatedAt,
            request.DecidedAt);
    }
}
