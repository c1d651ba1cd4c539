using Microsoft.Extensions.Options;
using Solya.Workflows.Api.DataPlatform.ZombieSweep;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Runs;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.DataPlatform.Runs;

internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/workflow-runs").WithTags("Runs");

        runs.MapPost("/", CreateAsync)
            .Validate<CreateRunRequest>()
            .Idempotent()
            .Answers<CreateRunResponse>(400, 404, 409, 413, 415, 422)
            .WithName("CreateRun")
            .WithSummary("Start a run that the data platform will execute");
        runs.MapGet("/", ListAsync)
            .ValidateQuery<ListRunsQuery>()
            .Answers<ListResponse<RunResponse>>(400)
            .WithName("ListRuns")
            .WithSummary("List runs, newest first");
        runs.MapGet("/{id}", GetAsync)
            .ValidateQuery<GetRunQuery>()
            .Answers<RunResponse>(400, 404)
            .WithName("GetRun")
            .WithSummary("Read one run and its steps");
        runs.MapPatch("/{id}", PatchAsync)
            .Validate<PatchRunRequest>()
            .Answers<PatchRunResponse>(400, 404, 409, 413, 415)
            .WithName("PatchRun")
            .WithSummary("Report news of a run");
        runs.MapPost("/{id}/heartbeat", HeartbeatAsync)
            .Validate<HeartbeatRequest>()
            .Answers<HeartbeatResponse>(400, 404, 409, 413, 415)
            .WithName("Heartbeat")
            .WithSummary("Say that a run is alive; 409 tells its executor to stop");
    }

    private static async Task<Answer> CreateAsync(Input<CreateRunRequest> input, RunRepository runs, CancellationToken ct)
    {
        var request = input.Value;
        var receipt = await runs.StartRunAsync(
            new RunStart(
                request.OrganizationId!,
                // An id that is no id names a workflow that does not exist.
                request.WorkflowId is null ? null : PublicId.Parse(PublicId.Definition, request.WorkflowId) ?? Guid.Empty,
                request.ExternalRunId,
                request.TriggerContext?.Text,
                request.HeartbeatIntervalSeconds),
            ct);
        return receipt is { Outcome: RunOutcome.Recorded, Run: { } run }
            ? DataPlatformAnswers.Success(CreateRunResponse.Of(run), DataPlatformJson.Face.SuccessResponseCreateRunResponse)
            : Refusal(receipt.Outcome);
    }

    private static async Task<Answer> ListAsync(Input<ListRunsQuery> input, RunRepository runs, CancellationToken ct)
    {
        var query = input.Value;
        var page = await runs.ListRunsAsync(query.ToFilter(), query.Page, ct);
        return DataPlatformAnswers.Success(
            page.ToResponse(query.Page, RunResponse.Of, run => run.Id),
            DataPlatformJson.Face.SuccessResponseListResponseRunResponse);
    }

    private static async Task<Answer> GetAsync(string id, Input<GetRunQuery> input, RunRepository runs, CancellationToken ct)
        => PublicId.Parse(PublicId.Run, id) is { } runId && await runs.FindRunAsync(input.Value.OrganizationId!, runId, ct) is { } run
            ? DataPlatformAnswers.Success(RunResponse.WithSteps(run), DataPlatformJson.Face.SuccessResponseRunResponse)
            : DataPlatformErrors.RunNotFound();

    private static async Task<Answer> PatchAsync(
        string id, Input<PatchRunRequest> input, RunRepository runs, TimeProvider clock, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Run, id) is not { } runId)
        {
            return DataPlatformErrors.RunNotFound();
        }

        var receipt = await runs.PatchRunAsync(input.Value.ToPatch(runId, clock.GetUtcNow().ToMilliseconds()), ct);
        return receipt is { Outcome: RunOutcome.Recorded, Run: { } run }
            ? DataPlatformAnswers.Success(PatchRunResponse.Of(run), DataPlatformJson.Face.SuccessResponsePatchRunResponse)
            : Refusal(receipt.Outcome);
    }

    private static async Task<Answer> HeartbeatAsync(
        string id, Input<HeartbeatRequest> input, RunRepository runs, IOptions<ZombieSweepOptions> sweep, TimeProvider clock, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Run, id) is not { } runId)
        {
            return DataPlatformErrors.RunNotFound();
        }

        var receipt = await runs.HearHeartbeatAsync(input.Value.OrganizationId!, runId, clock.GetUtcNow().ToMilliseconds(), ct);
        return receipt is { Outcome: RunOutcome.Recorded, Run: { } run }
            ? DataPlatformAnswers.Success(HeartbeatResponse.Of(run, sweep.Value.Rules()), DataPlatformJson.Face.SuccessResponseHeartbeatResponse)
            : Refusal(receipt.Outcome);
    }

    private static Answer Refusal(RunOutcome outcome) => outcome switch
    {
        RunOutcome.RunNotFound => DataPlatformErrors.RunNotFound(),
        RunOutcome.RunNotActive => DataPlatformErrors.RunNotActive(),
        RunOutcome.CompletedAtWithoutEnd => DataPlatformErrors.InvalidField(
            "completedAt", FieldErrorCodes.NotAllowed, "The run has not ended; 'completedAt' goes with a status that ends it."),
        RunOutcome.WorkflowNotFound => DataPlatformErrors.WorkflowNotFound(),
        RunOutcome.WorkflowNotActive => DataPlatformErrors.WorkflowNotActive(),
        RunOutcome.Recorded => throw new InvalidOperationException("A recorded run is no refusal."),
    };
}
