using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.V1.Runs;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.V1.Steps;

internal static class StepEndpoints
{
    public static void MapSteps(this IEndpointRouteBuilder api)
        => api.MapGet("/workflow-runs/{id}/steps", ListAsync)
            .WithTags("Runs")
            .ValidateQuery<ListStepsQuery>()
            .AnswersList<StepRunResponse>(400, 404)
            .WithName("ListRunSteps")
            .WithSummary("List a run's steps in the order in which they began");

    private static async Task<Answer> ListAsync(
        HttpContext context, string id, Input<ListStepsQuery> input, RunStepRepository steps, CancellationToken ct)
    {
        var page = input.Value.Page;
        return PublicId.Parse(PublicId.Run, id) is { } runId
            && await steps.ListStepsAsync(Caller.Of(context).OrganizationId, runId, page.Size, page.Offset, ct) is { } part
                ? V1Answers.List(part.Items.Select(StepRunResponse.Of), page.Number, page.Size, part.Counted, V1Json.Face.ListResponseStepRunResponse)
                : V1Errors.RunNotFound();
    }
}
