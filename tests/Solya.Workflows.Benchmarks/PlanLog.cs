using System.Text;
using System.Text.RegularExpressions;

namespace Solya.Workflows.Benchmarks;

/// <summary>The plans that PostgreSQL itself logs of what the service sends to it; needs its module <c>auto_explain</c>.</summary>
internal sealed partial class PlanLog(Workbench bench)
{
    private static readonly string[] Settings =
    [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "auto_explain.log_buffers = on",
        "auto_explain.log_timing = off",
        "auto_explain.log_triggers = on",
    ];

    private long _from;

    private string Path => System.IO.Path.Combine(bench.Scratch, "postgres.log");

    /// <summary>Logs the statements of connections that are opened from now on.</summary>
    public async Task BeginAsync()
    {
        await bench.ExecuteAsync("LOAD 'auto_explain'");
        foreach (var setting in Settings)
        {
            await bench.ExecuteAsync($"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting.Replace("'", "''", StringComparison.Ordinal)}', current_database()); END $$");
        }
    }

    /// <summary>Leaves out what has been logged so far.</summary>
    public void Forget() => _from = new FileInfo(Path).Length;

    /// <summary>
    /// The last plan, if there is one the last that found something, of a statement that holds all of the parts, each written
    /// with single blanks; null when there is none.
    /// </summary>
    /// <param name="rows">Only a plan that found as many.</param>
    public LoggedPlan? Find(string[] parts, long? rows)
    {
        var plans = Entries(parts).Select(plan => new LoggedPlan(plan)).Where(plan => rows is null || plan.Rows == rows).ToList();
        return plans.FindLast(plan => plan.Rows > 0) ?? plans.LastOrDefault();
    }

    /// <summary>How often such a statement was logged.</summary>
    public int Count(params string[] parts) => Entries(parts).Count();

    private IEnumerable<string> Entries(string[] parts)
        => from entry in Entries() where parts.All(part => entry.Statement.Contains(part, StringComparison.Ordinal)) select entry.Plan;

    private IEnumerable<(string Statement, string Plan)> Entries()
    {
        using var log = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        log.BaseStream.Seek(_from, SeekOrigin.Begin);
        var (statement, plan) = (new StringBuilder(), new StringBuilder());
        while (log.ReadLine() is { } line)
        {
            if (!line.StartsWith('\t'))
            {
                if (plan.Length > 0)
                {
                    yield return (Blanks().Replace(statement.ToString(), " "), plan.ToString());
                }

                statement.Clear();
                plan.Clear();
            }
            else if (plan.Length > 0 || line.Contains("  (cost=", StringComparison.Ordinal))
            {
                plan.Append(Costs().Replace(line[1..], "")).Append('\n');
            }
            else
            {
                statement.Append(line).Append(' ');
            }
        }

        if (plan.Length > 0)
        {
            yield return (Blanks().Replace(statement.ToString(), " "), plan.ToString());
        }
    }

    // There is no setting that leaves them out.
    [GeneratedRegex(@"\(cost=[^)]*\) ?")]
    private static partial Regex Costs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

/// <summary>A plan as <c>EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)</c> shows it.</summary>
internal sealed partial record LoggedPlan(string Text)
{
    // Open runs that the sweep looks at and leaves alone are no history.
    private const long MostRemoved = 10_000;

    /// <summary>How many it answered; a write that answers nothing has none.</summary>
    public long Rows => long.Parse(ActualRows().Match(Text).Groups[1].ValueSpan, null);

    /// <summary>Pages of 8 KiB that the whole statement touched, in memory or not; one that is touched again counts again.</summary>
    public long Pages => Buffers().Match(Text) is { Success: true } top ? Counts().Matches(top.Value).Sum(count => long.Parse(count.Groups[1].ValueSpan, null)) : 0;

    /// <summary>In the order of the plan.</summary>
    public IReadOnlyList<string> Indexes => [.. IndexNames().Matches(Text).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>Whether it reads a table whole that holds history, or reads and throws away many rows.</summary>
    public bool Scans => HistoryScans().IsMatch(Text) || Removed().Matches(Text).Any(match => long.Parse(match.Groups[1].ValueSpan, null) > MostRemoved);

    [GeneratedRegex(@"actual rows=(\d+)")]
    private static partial Regex ActualRows();

    [GeneratedRegex("^ *Buffers: shared .*$", RegexOptions.Multiline)]
    private static partial Regex Buffers();

    [GeneratedRegex(@"(?:hit|read)=(\d+)")]
    private static partial Regex Counts();

    [GeneratedRegex(@"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)")]
    private static partial Regex IndexNames();

    [GeneratedRegex(@"Seq Scan on (?:workflow_runs|workflow_run_steps|workflow_run_events)\b")]
    private static partial Regex HistoryScans();

    [GeneratedRegex(@"Rows Removed by [\w ]*: (\d+)")]
    private static partial Regex Removed();
}
