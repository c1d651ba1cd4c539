using Microsoft.Extensions.Options;
using Solya.Workflows.Api.DataPlatform.ZombieSweep;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.V1.Explanations;

internal static class ExplanationEndpoints
{
    public static void MapExplanations(this IEndpointRouteBuilder api)
        => api.MapGet("/workflow-runs/{id}/explain", ExplainAsync)
            .WithTags("Runs")
            .Answers<ExplanationResponse>(200, 404)
            .WithName("ExplainRun")
            .WithSummary("Tell why a run is not moving, and which calls would move it");

    private static async Task<Answer> ExplainAsync(
        HttpContext context, string id, RunStandingRepository standings, IOptions<ZombieSweepOptions> sweep, CancellationToken ct)
        => PublicId.Parse(PublicId.Run, id) is { } runId
            && await standings.FindStandingAsync(Caller.Of(context).OrganizationId, runId, ct) is { } standing
                ? V1Answers.Success(200, new Explanation(standing, sweep.Value.Rules()).ToResponse(), V1Json.Face.SuccessResponseExplanationResponse)
                : V1Errors.RunNotFound();
}
