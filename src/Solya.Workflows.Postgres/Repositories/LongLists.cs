using System.Collections.Concurrent;
using Solya.Workflows.Lists;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// The lists of runs that were found to be longer than is counted. Runs only become more, unless old ones are purged, so for
/// a minute that is taken as still so: counting is most of what a page of such a list costs.
/// </summary>
public sealed class LongLists(TimeProvider clock)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string OrganizationId, Guid? WorkflowId), long> _found = new();

    /// <summary>More than is counted, when the list was lately found to be that long; otherwise null.</summary>
    public long? CountedOf(RunFilter filter)
        => OnlyGrows(filter) && _found.TryGetValue((filter.OrganizationId, filter.WorkflowId), out var at) && clock.GetElapsedTime(at) < Trusted
            ? Page.MostCounted + 1
            : null;

    /// <summary>Takes note of what was counted.</summary>
    public void Counted(RunFilter filter, long counted)
    {
        if (counted > Page.MostCounted && OnlyGrows(filter))
        {
            if (_found.Count >= Most)
            {
                _found.Clear();
            }

            _found[(filter.OrganizationId, filter.WorkflowId)] = clock.GetTimestamp();
        }
    }

    // Whatever else runs are chosen by, they can cease to have.
    private static bool OnlyGrows(RunFilter filter) => filter == new RunFilter(filter.OrganizationId, null, filter.WorkflowId, null, null, null, null);
}
