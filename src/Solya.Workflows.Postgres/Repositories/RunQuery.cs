using Microsoft.EntityFrameworkCore;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Repositories;

internal static class RunQuery
{
    /// <summary>The runs that a filter lets through.</summary>
    public static IQueryable<Run> Matching(this IQueryable<Run> runs, RunFilter filter)
    {
        var matching = runs.Where(run => run.OrganizationId == filter.OrganizationId);
        if (filter.Status is { } status)
        {
            // A constant, so that the planner can tell that the index of runs that are not COMPLETED holds them.
            matching = matching.Where(run => run.Status == EF.Constant(status));
        }

        if (filter.WorkflowId is { } workflowId)
        {
            matching = matching.Where(run => run.WorkflowId == workflowId);
        }

        if (filter.ErrorCode is { } code)
        {
            matching = matching.Where(run => run.ErrorCode == code);
        }

        if (filter.Text is { } text)
        {
            var id = PublicId.Parse(PublicId.Run, text) ?? Guid.Empty;
            var part = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            matching = matching.Where(run => run.Id == id
                || EF.Functions.ILike(run.IdempotencyKey!, part) || EF.Functions.ILike(run.ExternalRunId!, part) || EF.Functions.ILike(run.ErrorMessage!, part));
        }

        // Ids carry their creation time, so both bounds are bounds on the index that orders the list.
        if (filter.CreatedAfter is { } after)
        {
            var lowest = Uuid7.FloorOf(after.ToUnixTimeMilliseconds() + 1);
            matching = matching.Where(run => run.Id >= lowest);
        }

        if (filter.CreatedBefore is { } before)
        {
            var highest = Uuid7.FloorOf(before.ToUnixTimeMilliseconds());
            matching = matching.Where(run => run.Id < highest);
        }

        return matching;
    }
}
