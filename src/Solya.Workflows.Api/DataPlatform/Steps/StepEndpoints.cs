using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.DataPlatform.Steps;

internal static class StepEndpoints
{
    public static void MapSteps(this IEndpointRouteBuilder api)
    {
        api.MapPost("/workflow-runs/{id}/steps", CreateAsync)
            .WithTags("Steps")
            .Validate<CreateStepRequest>()
            .Idempotent()
            .Answers<CreateStepResponse>(400, 404, 409, 413, 415, 422)
            .WithName("CreateStep")
            .WithSummary("Report that a node of a run starts, or starts again");
        api.MapGet("/workflow-run-steps/{stepId}", GetAsync)
            .WithTags("Steps")
            .ValidateQuery<GetStepQuery>()
            .Answers<StepResponse>(400, 404)
            .WithName("GetStep")
            .WithSummary("Read one step");
    }

    private static async Task<Answer> CreateAsync(
        string id, Input<CreateStepRequest> input, StepRepository steps, TimeProvider clock, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Run, id) is not { } runId)
        {
            return DataPlatformErrors.RunNotFound();
        }

        var receipt = await steps.ReportStepAsync(input.Value.ToReport(runId, clock.GetUtcNow().ToMilliseconds()), ct);
        return receipt.Outcome == StepOutcome.Recorded
            ? DataPlatformAnswers.Success(CreateStepResponse.Of(receipt), DataPlatformJson.Face.SuccessResponseCreateStepResponse)
            : Refusal(receipt.Outcome);
    }

    private static async Task<Answer> GetAsync(string stepId, Input<GetStepQuery> input, StepRepository steps, CancellationToken ct)
        => PublicId.Parse(PublicId.Step, stepId) is { } id && await steps.FindStepAsync(input.Value.OrganizationId!, id, ct) is { } step
            ? DataPlatformAnswers.Success(StepResponse.Of(step), DataPlatformJson.Face.SuccessResponseStepResponse)
            : DataPlatformErrors.StepNotFound();

    /// <summary>Why a report or a patch was not recorded.</summary>
    internal static Answer Refusal(StepOutcome outcome) => outcome switch
    {
        StepOutcome.RunNotFound => DataPlatformErrors.RunNotFound(),
        StepOutcome.StepNotFound => DataPlatformErrors.StepNotFound(),
        StepOutcome.RunNotActive => DataPlatformErrors.RunNotActive(),
        StepOutcome.StaleAttempt => DataPlatformErrors.StaleAttempt(),
        StepOutcome.StepAlreadyFinished => DataPlatformErrors.StepAlreadyFinished(),
        StepOutcome.NodeIdCollides => DataPlatformErrors.InvalidField(
            "nodeId", FieldErrorCodes.NotAllowed, "Another node of the run has the same hash; use another id."),
        StepOutcome.Recorded => throw new InvalidOperationException("A recorded step is no refusal."),
    };
}
