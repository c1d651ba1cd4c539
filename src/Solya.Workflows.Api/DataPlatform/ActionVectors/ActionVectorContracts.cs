using System.ComponentModel.DataAnnotations;
using Solya.Workflows.ActionVectors;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Api.DataPlatform.ActionVectors;

/// <param name="Vectors">Up to 100,000; of several for one candidate the last counts.</param>
public sealed record PutActionVectorsRequest(string? OrganizationId, [property: MaxLength(PutActionVectorsRequest.MaxVectors)] IReadOnlyList<ActionVectorEntry>? Vectors) : IBodyRequest<PutActionVectorsRequest>
{
    internal const int MaxVectors = 100_000;

    static int IBodyRequest<PutActionVectorsRequest>.MaxBodyBytes => RequestBody.BulkBytes;

    static PutActionVectorsRequest IBodyRequest<PutActionVectorsRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"),
        body.Objects("vectors", 0, MaxVectors, ActionVectorEntry.Read));
}

/// <summary>A model's word on one variant in one shop.</summary>
/// <param name="Confidence">From 0 to 1; null or left out when the model gives none.</param>
/// <param name="Payload">What it recommends; kept as sent and given to the tasks made of it.</param>
public sealed record ActionVectorEntry(TaskDomain? Domain, string? VariantId, string? ShopId, [property: Range(0d, 1d)] double? Confidence, RawJson? Payload)
{
    internal static ActionVectorEntry Read(JsonFields entry) => new(
        entry.Enum<TaskDomain>("domain"),
        entry.Text("variantId"),
        entry.Text("shopId"),
        entry.NullableNumber("confidence", 0, 1),
        entry.OptionalDocument("payload"));

    internal ActionVectorWrite ToWrite() => new(new Candidate(Domain!.Value, VariantId!, ShopId!), Confidence, Payload?.Text);
}

public sealed record PutActionVectorsResponse(int Created, int Updated);
