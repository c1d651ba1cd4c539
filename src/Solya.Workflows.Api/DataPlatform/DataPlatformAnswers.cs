using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform;

/// <summary>What every success of this face looks like.</summary>
public sealed record SuccessResponse<T>(bool Success, T Data);

/// <summary>What every failure of this face looks like.</summary>
/// <param name="Error">For people.</param>
/// <param name="ErrorCode">Stable, for machines.</param>
/// <param name="FieldErrors">Every bad field; only with 400.</param>
/// <param name="Outcome"><c>unknown</c> when a write was sent and its answer was lost; only with 503.</param>
public sealed record ErrorResponse(
    bool Success,
    string Error,
    string ErrorCode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? FieldErrors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Outcome = null);

/// <summary>A part of a list, newest first.</summary>
/// <param name="Total">How many entries match in all.</param>
/// <param name="NextCursor">Where the next page begins; null on the last one.</param>
/// <param name="TotalIsCapped">True when more than 10,000 match: total then is 10,000; left out otherwise.</param>
public sealed record ListResponse<T>(
    IReadOnlyList<T> Items,
    long Total,
    int Limit,
    int Offset,
    string? NextCursor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool TotalIsCapped = false);

internal static class DataPlatformAnswers
{
    public static Answer Success<T>(T data, JsonTypeInfo<SuccessResponse<T>> type) => Answer.Of(200, new SuccessResponse<T>(true, data), type);
}
