using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Runs;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Api.V1.Workers;

internal static class WorkerEndpoints
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    public static void MapWorkers(this IEndpointRouteBuilder api)
    {
        var worker = api.MapGroup("/worker").WithTags("Workers");

        worker.MapPost("/claim", ClaimAsync)
            .Validate<ClaimStepsRequest>()
            .MayTakeLong()
            .Answers<ClaimStepsResponse>(200, 400, 413, 415)
            .WithName("ClaimSteps")
            .WithSummary("Take steps to do, under a lease");
        worker.MapPost("/steps/{id}/heartbeat", HeartbeatAsync)
            .Validate<WorkerHeartbeatRequest>()
            .Answers<WorkerHeartbeatResponse>(200, 400, 404, 409, 413, 415)
            .WithName("HeartbeatStep")
            .WithSummary("Renew the lease of a step");
        worker.MapPost("/steps/{id}/complete", CompleteAsync)
            .Validate<CompleteStepRequest>()
            .Answers<WorkerReportResponse>(200, 400, 404, 409, 413, 415)
            .WithName("CompleteStep")
            .WithSummary("Report what a step produced");
        worker.MapPost("/steps/{id}/fail", FailAsync)
            .Validate<FailStepRequest>()
            .Answers<WorkerReportResponse>(200, 400, 404, 409, 413, 415)
            .WithName("FailStep")
            .WithSummary("Report that an attempt failed");
    }

    private static async Task<Answer> ClaimAsync(
        HttpContext context, Input<ClaimStepsRequest> input, WorkerRepository workers, IHostApplicationLifetime lifetime, TimeProvider clock, CancellationToken ct)
    {
        var request = input.Value;
        var claim = new WorkerClaim(
            Caller.Of(context).OrganizationId,
            [.. request.Handlers!.Distinct(StringComparer.Ordinal)],
            request.WorkerId!,
            (int)(request.Max ?? 1),
            ClaimStepsRequest.LeaseOf(request.LeaseMs));
        var steps = await WaitForStepsAsync(workers, claim, TimeSpan.FromMilliseconds(request.WaitMs ?? 0), clock, lifetime.ApplicationStopping, ct);
        return V1Answers.Success(200, new ClaimStepsResponse([.. steps.Select(ClaimedStepResponse.Of)]), V1Json.Face.SuccessResponseClaimStepsResponse);
    }

    private static async Task<IReadOnlyList<ClaimedStep>> WaitForStepsAsync(
        WorkerRepository workers, WorkerClaim claim, TimeSpan patience, TimeProvider clock, CancellationToken stopping, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping);
        for (var rest = FirstRest; ; rest = rest * 1.5 < LongestRest ? rest * 1.5 : LongestRest)
        {
            var steps = await workers.ClaimStepsAsync(claim, ct);
            var left = patience - clock.GetElapsedTime(began);
            if (steps.Count > 0 || left <= TimeSpan.Zero)
            {
                return steps;
            }

            try
            {
                await Task.Delay(rest < left ? rest : left, clock, end.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                return []; // the worker asks again, and another process answers
            }
        }
    }

    private static async Task<Answer> HeartbeatAsync(
        HttpContext context, string id, Input<WorkerHeartbeatRequest> input, WorkerRepository workers, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Step, id) is not { } stepId)
        {
            return V1Errors.StepNotFound();
        }

        var (receipt, until) = await workers.HearWorkerAsync(
            Caller.Of(context).OrganizationId, stepId, TokenOf(input.Value.LeaseToken!), ClaimStepsRequest.LeaseOf(input.Value.LeaseMs), ct);
        return FailureOf(receipt)
            ?? V1Answers.Success(200, new WorkerHeartbeatResponse(id, until!.Value), V1Json.Face.SuccessResponseWorkerHeartbeatResponse);
    }

    private static Task<Answer> CompleteAsync(
        HttpContext context, string id, Input<CompleteStepRequest> input, WorkerRepository workers, CancellationToken ct)
        => ReportAsync(id, stepId => workers.CompleteStepAsync(
            Caller.Of(context).OrganizationId,
            stepId,
            TokenOf(input.Value.LeaseToken!),
            input.Value.Output is { } output ? new JsonText(output.Text) : JsonText.EmptyObject,
            ct));

    private static Task<Answer> FailAsync(
        HttpContext context, string id, Input<FailStepRequest> input, WorkerRepository workers, CancellationToken ct)
    {
        var error = input.Value.Error!;
        return ReportAsync(id, stepId => workers.FailStepAsync(
            Caller.Of(context).OrganizationId,
            stepId,
            TokenOf(input.Value.LeaseToken!),
            new(error.Code!, error.Message!, error.Details?.Text),
            input.Value.Retryable ?? true,
            ct));
    }

    private static async Task<Answer> ReportAsync(string id, Func<Guid, Task<ControlReceipt>> report)
        => PublicId.Parse(PublicId.Step, id) is { } stepId
            ? FailureOf(await report(stepId)) ?? V1Answers.Success(200, new WorkerReportResponse(id, true), V1Json.Face.SuccessResponseWorkerReportResponse)
            : V1Errors.StepNotFound();

    // No lease ever has the empty token: what is no token is one that is lost.
    private static Guid TokenOf(string leaseToken) => Guid.TryParseExact(leaseToken, "D", out var token) ? token : Guid.Empty;

    private static Answer? FailureOf(ControlReceipt receipt) => receipt.Outcome switch
    {
        ControlOutcome.Done => null,
        ControlOutcome.NotFound => V1Errors.StepNotFound(),
        ControlOutcome.NotAllowed => V1Errors.Conflict(receipt.Reason!),
    };
}
