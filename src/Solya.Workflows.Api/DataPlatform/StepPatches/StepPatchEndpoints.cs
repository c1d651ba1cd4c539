using Solya.Workflows.Api.DataPlatform.Steps;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.DataPlatform.StepPatches;

internal static class StepPatchEndpoints
{
    public static void MapStepPatches(this IEndpointRouteBuilder api)
        => api.MapPatch("/workflow-run-steps/{stepId}", PatchAsync)
            .WithTags("Step patches")
            .Validate<PatchStepRequest>()
            .Answers<PatchStepResponse>(400, 404, 409, 413, 415)
            .WithName("PatchStep")
            .WithSummary("Report news of a step");

    private static async Task<Answer> PatchAsync(
        string stepId, Input<PatchStepRequest> input, StepRepository steps, TimeProvider clock, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Step, stepId) is not { } id)
        {
            return DataPlatformErrors.StepNotFound();
        }

        var receipt = await steps.PatchStepAsync(input.Value.ToPatch(id, clock.GetUtcNow().ToMilliseconds()), ct);
        return receipt.Outcome == StepOutcome.Recorded
            ? DataPlatformAnswers.Success(PatchStepResponse.Of(receipt), DataPlatformJson.Face.SuccessResponsePatchStepResponse)
            : StepEndpoints.Refusal(receipt.Outcome);
    }
}
