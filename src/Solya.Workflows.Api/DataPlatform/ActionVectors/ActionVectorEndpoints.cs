using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.DataPlatform.ActionVectors;

internal static class ActionVectorEndpoints
{
    public static void MapActionVectors(this IEndpointRouteBuilder api)
        => api.MapPut("/action-vectors", PutAsync)
            .WithTags("Action vectors")
            .Validate<PutActionVectorsRequest>()
            .MayTakeLong()
            .Answers<PutActionVectorsResponse>(400, 413, 415)
            .WithName("PutActionVectors")
            .WithSummary("Record what the models recommend; the newest word replaces the one before");

    private static async Task<Answer> PutAsync(Input<PutActionVectorsRequest> input, ActionVectorRepository vectors, CancellationToken ct)
    {
        var (created, updated) = await vectors.RecordVectorsAsync(
            input.Value.OrganizationId!, [.. input.Value.Vectors!.Select(vector => vector.ToWrite())], ct);
        return DataPlatformAnswers.Success(
            new PutActionVectorsResponse(created, updated), DataPlatformJson.Face.SuccessResponsePutActionVectorsResponse);
    }
}
