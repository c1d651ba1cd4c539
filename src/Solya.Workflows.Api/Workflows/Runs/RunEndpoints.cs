using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Approvals;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.Workflows.Runs;

internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs");

        runs.MapGet("/{runId}", GetAsync)
            .Answers<ExecutionResponse>(200, 401, 404)
            .WithName("GetExecution")
            .WithSummary("Read one run with its workflow and logs");
        runs.MapPost("/{runId}/cancel", CancelAsync)
            .Validate<CommandRequest>()
            .Answers<ExecutionResponse>(200, 400, 401, 404, 409, 413, 415)
            .WithName("CancelExecution")
            .WithSummary("Call a run off; no node of it begins after the answer");
        runs.MapPost("/{runId}/signals", SignalAsync)
            .Validate<SignalRequest>()
            .Answers<SignalResponse>(202, 400, 401, 404, 409, 413, 415, 422)
            .WithName("SignalExecution")
            .WithSummary("Send a signal that is kept until a node waits for it");
        runs.MapPost("/{runId}/approvals/{nodeId}", DecideAsync)
            .Validate<DecisionRequest>()
            .Answers<ExecutionResponse>(200, 400, 401, 404, 409, 413, 415, 422)
            .WithName("DecideFlowApproval")
            .WithSummary("Decide what a run waits for at a node; once");
        runs.MapPost("/{runId}/rerun", RerunAsync)
            .Validate<CommandRequest>()
            .Idempotent()
            .Answers<RepetitionResponse>(202, 400, 401, 404, 409, 413, 415, 422)
            .WithName("RerunExecution")
            .WithSummary("Start a new run with the same payload");
        runs.MapPost("/{runId}/resume-from/{nodeId}", ResumeAsync)
            .Validate<CommandRequest>()
            .Idempotent()
            .Answers<RepetitionResponse>(202, 400, 401, 404, 409, 413, 415, 422)
            .WithName("ResumeExecutionFrom")
            .WithSummary("Start a new run at a node; what stands before it keeps the outputs it had");
    }

    private static async Task<Answer> GetAsync(HttpContext context, string runId, RunRepository runs, Executions executions, CancellationToken ct)
        => KeyOf(context, runId) is { } key && await runs.FindRunAsync(key.OrganizationId, key.RunId, ct) is { } run
            ? await executions.AnswerAsync(200, run, context.Request, ct)
            : WorkflowsErrors.RunNotFound();

    private static async Task<Answer> CancelAsync(
        HttpContext context, string runId, Input<CommandRequest> input, RunControlRepository control, Executions executions, CancellationToken ct)
    {
        if (KeyOf(context, runId) is not { } key)
        {
            return WorkflowsErrors.RunNotFound();
        }

        var receipt = await control.CancelRunAsync(key, ct);
        return WorkflowsErrors.Of(receipt) ?? await executions.AnswerAsync(200, receipt.Run!, context.Request, ct);
    }

    private static async Task<Answer> SignalAsync(
        HttpContext context, string runId, Input<SignalRequest> input, RunControlRepository control, CancellationToken ct)
    {
        if (KeyOf(context, runId) is not { } key)
        {
            return WorkflowsErrors.RunNotFound();
        }

        var request = input.Value;
        var payload = request.Payload is { } given ? new JsonText(given.Text) : JsonText.EmptyObject;
        var receipt = await control.SendSignalAsync(key, request.SignalType!, payload, request.DedupId, ct);
        return WorkflowsErrors.Of(receipt)
            ?? Answer.Of(202, new SignalResponse("The signal is kept.", runId, request.SignalType!), WorkflowsJson.Face.SignalResponse);
    }

    private static async Task<Answer> DecideAsync(
        HttpContext context, string runId, string nodeId, Input<DecisionRequest> input, RunRepository runs, ApprovalRepository approvals, Executions executions,
        CancellationToken ct)
    {
        if (KeyOf(context, runId) is not { } key || await runs.FindRunAsync(key.OrganizationId, key.RunId, ct) is null)
        {
            return WorkflowsErrors.RunNotFound();
        }

        if (await approvals.FindOpenApprovalAsync(key.OrganizationId, key.RunId, nodeId, ct) is not { } approval)
        {
            // Decided before, or never asked: both are told apart by the run, which shows the node's state.
            return WorkflowsErrors.Conflict("The run does not wait for a decision at this node.");
        }

        var caller = Caller.Of(context);
        var request = input.Value;
        var receipt = await approvals.DecideAsync(
            key.OrganizationId, approval, request.Status ?? ApprovalStatus.Rejected, request.EditedContent?.Text, caller.Email ?? caller.Subject, ct);
        return WorkflowsErrors.Of(receipt)
            ?? await executions.AnswerAsync(200, (await runs.FindRunAsync(key.OrganizationId, key.RunId, ct))!, context.Request, ct);
    }

    private static Task<Answer> RerunAsync(
        HttpContext context, string runId, Input<CommandRequest> input, RunRepetitionRepository repetitions, Executions executions, CancellationToken ct)
        => RepeatAsync(context, runId, key => repetitions.RerunAsync(key, ct), "The workflow runs again.", executions, ct);

    private static Task<Answer> ResumeAsync(
        HttpContext context, string runId, string nodeId, Input<CommandRequest> input, RunRepetitionRepository repetitions, Executions executions, CancellationToken ct)
        => RepeatAsync(context, runId, key => repetitions.ResumeFromAsync(key, nodeId, ct), "The workflow runs again from the node on.", executions, ct);

    private static async Task<Answer> RepeatAsync(
        HttpContext context, string runId, Func<RunKey, Task<RepetitionReceipt>> repeat, string message, Executions executions, CancellationToken ct)
    {
        if (KeyOf(context, runId) is not { } key)
        {
            return WorkflowsErrors.RunNotFound();
        }

        var receipt = await repeat(key);
        return receipt.Outcome switch
        {
            RepetitionOutcome.RunNotFound => WorkflowsErrors.RunNotFound(),
            RepetitionOutcome.NodeNotFound => WorkflowsErrors.NodeNotFound(),
            RepetitionOutcome.NotAllowed => WorkflowsErrors.Conflict(receipt.Reason!),
            RepetitionOutcome.Created => Answer.Of(
                202, new RepetitionResponse(message, await executions.ShowAsync(receipt.Run!, context.Request, ct)), WorkflowsJson.Face.RepetitionResponse),
        };
    }

    private static RunKey? KeyOf(HttpContext context, string runId)
        => PublicId.Parse(PublicId.FlowRun, runId) is { } id ? new(Caller.Of(context).OrganizationId, id) : null;
}
