using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Solya.Workflows.Lists;

namespace Solya.Workflows.Postgres.Repositories;

internal static class PageQuery
{
    /// <summary>Cuts a page out of <paramref name="matching"/>, newest first: ids follow creation.</summary>
    /// <param name="counted">How many match, if that is known already.</param>
    public static async Task<Page<TRow>> ToPageAsync<TRow>(
        this IQueryable<TRow> matching, PageRequest page, Expression<Func<TRow, Guid>> id, CancellationToken ct, long? counted = null)
    {
        // In order: without one, the planner may count through the whole table, the rows of all organizations, and hope to have
        // found enough soon. Oldest first: those have been vacuumed, and the index alone tells that they are there.
        var total = counted ?? await matching.OrderBy(id).Take(Page.MostCounted + 1).LongCountAsync(ct);
        var rest = matching;
        if (page.Before is { } before)
        {
            rest = rest.Where(Expression.Lambda<Func<TRow, bool>>(
                Expression.LessThan(id.Body, Expression.Constant(before)), id.Parameters));
        }

        // One more than asked for tells whether anything follows.
        var rows = await rest.OrderByDescending(id).Skip(page.Offset).Take(page.Limit + 1).ToListAsync(ct);
        return new(rows.Take(page.Limit).ToList(), total, rows.Count > page.Limit);
    }
}
