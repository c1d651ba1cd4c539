using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Lists;

namespace Solya.Workflows.Api.V1;

/// <summary>What every success of this face looks like.</summary>
public sealed record SuccessResponse<T>(bool Success, T Data);

/// <summary>A part of a list.</summary>
public sealed record ListResponse<T>(bool Success, IReadOnlyList<T> Data, ListMeta Meta);

/// <param name="Page">From 1; null when the part was asked for in another way.</param>
/// <param name="Total">How many entries match in all.</param>
/// <param name="TotalPages">0 when nothing matches.</param>
/// <param name="TotalIsCapped">True when more than 10,000 match: total then is 10,000, and totalPages counts no more; left out otherwise.</param>
public sealed record ListMeta(
    int? Page,
    int PageSize,
    long Total,
    long TotalPages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool TotalIsCapped = false);

/// <summary>What every failure of this face looks like.</summary>
public sealed record ErrorResponse(bool Success, Error Error);

/// <param name="Code">Stable, for machines.</param>
/// <param name="Message">For people.</param>
public sealed record Error(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ErrorDetails? Details = null);

/// <param name="Issues">Every bad field; only with 400.</param>
/// <param name="Outcome"><c>unknown</c> when a write was sent and its answer was lost; only with 503.</param>
public sealed record ErrorDetails(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Issue>? Issues = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Outcome = null);

/// <param name="Path"><c>steps[2].config.url</c>; <c>body</c> when no field can be named.</param>
/// <param name="Message">For people.</param>
public sealed record Issue(string Path, string Message);

internal static class V1Answers
{
    public static Answer Success<T>(int status, T data, JsonTypeInfo<SuccessResponse<T>> type)
        => Answer.Of(status, new SuccessResponse<T>(true, data), type);

    public static Answer List<TRow, T>(Page<TRow> rows, NumberedPage page, Func<TRow, T> response, JsonTypeInfo<ListResponse<T>> type)
        => List(rows.Items.Select(response), page.Before is null ? page.Number : null, page.Size, rows.Total, type, rows.IsTotalCapped);

    /// <param name="page">Null when the part was not asked for by the number of its page.</param>
    public static Answer List<T>(IEnumerable<T> entries, int? page, int pageSize, long total, JsonTypeInfo<ListResponse<T>> type, bool isCapped = false)
        => Answer.Of(200, new ListResponse<T>(true, [.. entries], new(page, pageSize, total, (total + pageSize - 1) / pageSize, isCapped)), type);
}
