using Microsoft.EntityFrameworkCore;
using Solya.Workflows.Approvals;
using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Decisions that runs wait for.</summary>
public sealed class ApprovalRepository(WorkflowsContext context, RunControlRepository control)
{
    /// <summary>Requests of an organization, newest first.</summary>
    /// <param name="isPending">Only those that are open, or only those that are not; null for all.</param>
    public Task<Page<AskedApproval>> ListApprovalsAsync(string organizationId, bool? isPending, Guid? runId, PageRequest page, CancellationToken ct)
    {
        var matching = context.ApprovalRequests.AsNoTracking().Where(request => request.OrganizationId == organizationId);
        if (isPending is { } pending)
        {
            matching = pending
                ? matching.Where(request => request.Status == EF.Constant(ApprovalStatus.Pending))
                : matching.Where(request => request.Status != EF.Constant(ApprovalStatus.Pending));
        }

        if (runId is { } run)
        {
            matching = matching.Where(request => request.RunId == run);
        }

        return Asked(matching).ToPageAsync(page, asked => asked.Request.Id, ct);
    }

    /// <summary>One request, or null when the organization has none of that id.</summary>
    public Task<AskedApproval?> FindApprovalAsync(string organizationId, Guid approvalId, CancellationToken ct)
        => Asked(context.ApprovalRequests.AsNoTracking().Where(row => row.OrganizationId == organizationId && row.Id == approvalId)).SingleOrDefaultAsync(ct);

    /// <summary>Decides a request; once: of two who decide at the same time one is told that it is too late.</summary>
    /// <param name="decision">APPROVED, REJECTED or EDITED.</param>
    /// <param name="editedContent">With EDITED: any JSON value; replaces what was to be approved.</param>
    public async Task<ControlReceipt> DecideAsync(
        string organizationId, Guid approvalId, ApprovalStatus decision, string? editedContent, string? decidedBy, CancellationToken ct)
    {
        if (await FindApprovalAsync(organizationId, approvalId, ct) is not { Request: var request })
        {
            return new(ControlOutcome.NotFound);
        }

        return await control.ChangeAsync(
            new(organizationId, request.RunId),
            async run =>
            {
                var decided = await run.ExecuteAsync(
                    """
                    UPDATE approval_requests
                       SET status = $4, edited_content = $5::json, decided_by = $6, decided_at = $7
                     WHERE organization_id = $1 AND run_id = $2 AND id = $3 AND status = 'PENDING'
                    """,
                    ct,
                    new Npgsql.NpgsqlParameter<Guid> { TypedValue = approvalId },
                    LockedRun.Text(Wire.WireText<ApprovalStatus>.Of(decision)),
                    LockedRun.Text(editedContent),
                    LockedRun.Text(decidedBy),
                    LockedRun.Instant(run.Now));
                if (decided == 0)
                {
                    return new(ControlOutcome.NotAllowed, "The request was decided before, or its run does not wait for it any more.");
                }

                var word = Word(decision);
                run.Tell(
                    RunEventTypes.ApprovalDecided,
                    Json.Write(writer =>
                    {
                        writer.WriteString("decision", word);
                        writer.WriteString("decidedBy", decidedBy);
                    }),
                    request.StepId,
                    StepStatus.Running);
                run.TryMove(RunTrigger.ApprovalDecided, RunEventTypes.RunResumed);
                if (editedContent is not null && request.ContentKey is { } key && !run.TryPutIntoState(key, editedContent))
                {
                    return new(ControlOutcome.NotAllowed, "With the edited content the run's state would be larger than 1 MiB.");
                }

                await EndStepAsync(run, request, decision, word, editedContent, decidedBy, ct);
                await run.WakeAsync(ct);
                await run.SaveAsync(isNewEpoch: false, ct);
                return new(ControlOutcome.Done);
            },
            ct);
    }

    private IQueryable<AskedApproval> Asked(IQueryable<ApprovalRequest> requests) => requests.Select(request => new AskedApproval
    {
        Request = request,
        StepName = context.Steps
            .Where(step => step.OrganizationId == request.OrganizationId && step.RunId == request.RunId && step.Id == request.StepId)
            .Select(step => step.NodeId)
            .FirstOrDefault(),
    });

    private static async Task EndStepAsync(
        LockedRun run, ApprovalRequest request, ApprovalStatus decision, string word, string? editedContent, string? decidedBy, CancellationToken ct)
    {
        if (decision == ApprovalStatus.Rejected)
        {
            var error = new StepError(StepError.ApprovalRejected, decidedBy is null ? "The approval was rejected." : $"The approval was rejected by {decidedBy}.");
            await run.EndStepAsync(request.StepId, StepStatus.Failed, null, error, null, ct);
            run.Tell(
                RunEventTypes.StepFailed,
                Json.Write(writer =>
                {
                    writer.WriteString("code", error.Code);
                    writer.WriteString("message", error.Message);
                }),
                request.StepId,
                StepStatus.Failed);
            return;
        }

        var output = Json.Write(writer =>
        {
            writer.WriteString("decision", word);
            writer.WriteString("decidedBy", decidedBy);
            writer.WritePropertyName("content");
            writer.WriteRawValue(editedContent ?? request.Content ?? "null", skipInputValidation: true);
        });
        await run.EndStepAsync(request.StepId, StepStatus.Succeeded, new(output), null, null, ct);
        run.Tell(RunEventTypes.StepCompleted, stepId: request.StepId, stepStatus: StepStatus.Succeeded);
    }

    private static string Word(ApprovalStatus decision) => decision switch
    {
        ApprovalStatus.Approved => "approved",
        ApprovalStatus.Rejected => "rejected",
        ApprovalStatus.Edited => "edited",
        ApprovalStatus.Pending or ApprovalStatus.TimedOut or ApprovalStatus.Cancelled => throw new InvalidOperationException($"Nobody decides {decision}."),
    };
}
