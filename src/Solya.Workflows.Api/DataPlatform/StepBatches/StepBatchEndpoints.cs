using System.Text.Json;
using FluentValidation;
using Solya.Workflows.Api.DataPlatform.StepPatches;
using Solya.Workflows.Api.DataPlatform.Steps;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.DataPlatform.StepBatches;

internal static class StepBatchEndpoints
{
    public static void MapStepBatches(this IEndpointRouteBuilder api)
        => api.MapPost("/workflow-run-steps/batch", WriteAsync)
            .WithTags("Step batches")
            .Validate<StepBatchRequest>()
            .MayTakeLong()
            .Idempotent()
            .Answers<StepBatchResponse>(400, 409, 413, 415, 422)
            .WithName("WriteStepBatch")
            .WithSummary("Report and patch many steps in one round trip; each entry stands or falls alone");

    private static async Task<Answer> WriteAsync(
        Input<StepBatchRequest> input,
        StepRepository steps,
        IValidator<CreateStepRequest> stepRules,
        IValidator<PatchStepRequest> patchRules,
        TimeProvider clock,
        CancellationToken ct)
    {
        var entries = input.Value.Reports!;
        var results = new StepBatchResult[entries.Count];
        var writes = new List<(int Index, StepWrite Write)>(entries.Count);
        var now = clock.GetUtcNow().ToMilliseconds();
        foreach (var (index, entry) in entries.Index())
        {
            Validate(entry, stepRules, patchRules);
            if (entry.Errors.Any)
            {
                results[index] = new(
                    index, 400, ErrorCode: "VALIDATION_ERROR", Error: entry.Errors.All[0].Message, FieldErrors: entry.Errors.All);
            }
            else if (entry.Step is { } step)
            {
                if (PublicId.Parse(PublicId.Run, entry.RunId) is { } runId)
                {
                    writes.Add((index, new StepWrite(step.ToReport(runId, now))));
                }
                else
                {
                    results[index] = Refused(index, StepOutcome.RunNotFound);
                }
            }
            else if (PublicId.Parse(PublicId.Step, entry.StepId) is { } stepId)
            {
                writes.Add((index, new StepWrite(entry.Patch!.ToPatch(stepId, now))));
            }
            else
            {
                results[index] = Refused(index, StepOutcome.StepNotFound);
            }
        }

        if (writes.Count > 0)
        {
            var receipts = await steps.WriteBatchAsync([.. writes.Select(entry => entry.Write)], ct);
            foreach (var ((index, write), receipt) in writes.Zip(receipts))
            {
                results[index] = receipt.Outcome == StepOutcome.Recorded
                    ? new(index, 200, Data(write, receipt))
                    : Refused(index, receipt.Outcome);
            }
        }

        return DataPlatformAnswers.Success(new StepBatchResponse(results), DataPlatformJson.Face.SuccessResponseStepBatchResponse);
    }

    private static void Validate(StepBatchEntry entry, IValidator<CreateStepRequest> stepRules, IValidator<PatchStepRequest> patchRules)
    {
        if (entry.Errors.Any)
        {
            return;
        }

        var (name, failures) = entry.Step is { } step
            ? ("step", stepRules.Validate(step).Errors)
            : ("patch", patchRules.Validate(entry.Patch!).Errors);
        foreach (var failure in failures)
        {
            entry.Errors.Add($"{entry.Path}.{name}.{failure.PropertyName}", failure.ErrorCode, failure.ErrorMessage);
        }
    }

    private static StepBatchData Data(StepWrite write, StepReceipt receipt)
    {
        var stepId = PublicId.Format(PublicId.Step, receipt.StepId);
        return write.Report is not null
            ? new ReportedStep(stepId, receipt.Status, receipt.RetryCount)
            : new PatchedStep(stepId, receipt.Status, receipt.RetryCount, receipt.CompletedAt, receipt.DurationMs);
    }

    // The single route's own answer, so that both say the same.
    private static StepBatchResult Refused(int index, StepOutcome outcome)
    {
        var answer = StepEndpoints.Refusal(outcome);
        using var body = JsonDocument.Parse(answer.Body);
        var error = body.RootElement;
        return new(index, answer.Status, ErrorCode: error.GetProperty("errorCode").GetString(), Error: error.GetProperty("error").GetString());
    }
}
