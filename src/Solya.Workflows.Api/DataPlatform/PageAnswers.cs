using Solya.Workflows.Ids;
using Solya.Workflows.Lists;

namespace Solya.Workflows.Api.DataPlatform;

internal static class PageAnswers
{
    public static ListResponse<TResponse> ToResponse<TRow, TResponse>(
        this Page<TRow> page, PageRequest request, Func<TRow, TResponse> response, Func<TRow, Guid> id)
        => new(
            [.. page.Items.Select(response)],
            page.Total,
            request.Limit,
            request.Offset,
            page.HasMore ? PublicId.Format("", id(page.Items[^1])) : null,
            page.IsTotalCapped);
}
