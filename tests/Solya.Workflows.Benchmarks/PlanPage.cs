using System.Globalization;
using System.Text;

namespace Solya.Workflows.Benchmarks;

/// <summary>The page <c>docs/query-plans.md</c>.</summary>
internal static class PlanPage
{
    public static string Write(
        string history, string machine, IReadOnlyList<QueryPlan> plans, IReadOnlyList<HotShare> updates)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Query plans

            How PostgreSQL carries out the statements whose speed must not depend on how much has happened, beside {history}. Written by `./dev bench plans`: the service itself sends each statement 12 times, prepared, to a connection that logs its plans (`auto_explain`: analyze and buffers, without costs and times); this is the last one. A value that is still `$1` is a plan for all values. Pages are of 8 KiB, in memory or not, and count each time they are touched.

            {machine}

            | statement | pages | indexes |
            | --- | ---: | --- |

            """);
        foreach (var plan in plans)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {plan.Statement.Title} | {plan.Plan.Pages:N0} | {plan.Indexes}{(plan.DependsOnHistory ? " — **depends on history**" : "")} |\n");
        }

        page.Append("""

            ## HOT updates

            Rows that were updated at full load, and those of them that wrote to no index.

            | load | table | updates | HOT | share |
            | --- | --- | ---: | ---: | ---: |

            """);
        foreach (var (load, table, count, hot) in updates)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {load} | {table} | {count:N0} | {hot:N0} | {100.0 * hot / count:0} % |\n");
        }

        foreach (var plan in plans)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {plan.Statement.Title}\n\n{plan.Statement.Why} {plan.Plan.Pages:N0} pages, by {plan.Indexes}.\n\n```\n{plan.Plan.Text}```\n");
        }

        return page.ToString();
    }
}
