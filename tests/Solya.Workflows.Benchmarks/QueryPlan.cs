using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>A statement of the service, known by parts of its text.</summary>
/// <param name="Why">One sentence on how it finds its rows.</param>
/// <param name="MostPages">As many as it may touch, however long the history is.</param>
internal sealed record Statement(string Title, string Why, long MostPages, params string[] Parts)
{
    /// <summary>Only a plan that answered as many rows; null takes any.</summary>
    public long? Rows { get; init; }

    /// <summary>As it was carried out last.</summary>
    /// <exception cref="RequestFailedException">It was not sent.</exception>
    public QueryPlan In(PlanLog log) => new(this, log.Find(Parts, Rows) ?? throw new RequestFailedException($"No plan was logged: {Title}"));
}

/// <summary>How a statement was carried out.</summary>
internal sealed record QueryPlan(Statement Statement, LoggedPlan Plan)
{
    public string Indexes => Plan.Indexes.Count > 0 ? string.Join(", ", Plan.Indexes) : "none";

    public bool DependsOnHistory => Plan.Scans || Plan.Pages > Statement.MostPages;

    public Line ToLine() => new(
        $"plan: {Statement.Title}",
        string.Create(CultureInfo.InvariantCulture, $"{Plan.Pages:N0} pages, {Indexes}"),
        Reach: string.Create(CultureInfo.InvariantCulture, $"no scan, ≤ {Statement.MostPages:N0} pages"),
        Reached: !DependsOnHistory);
}
