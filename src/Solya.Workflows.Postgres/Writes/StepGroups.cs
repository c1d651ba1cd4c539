using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>Where step reports and step patches of all requests gather to commit together; one queue per kind.</summary>
public sealed class StepGroups : IAsyncDisposable
{
    private readonly GroupCommit<StepReport, StepReceipt?, (string, Guid)> _reports;
    private readonly GroupCommit<StepPatch, StepReceipt?, (string, Guid)> _patches;

    public StepGroups(Database database)
    {
        _reports = new(database, StepWriter.RecordAsync, report => (report.OrganizationId, report.StepId));
        _patches = new(database, StepWriter.ApplyAsync, patch => (patch.OrganizationId, patch.StepId));
    }

    internal Task<StepReceipt?> SubmitAsync(StepReport report, CancellationToken ct) => _reports.SubmitAsync(report, ct);

    internal Task<StepReceipt?> SubmitAsync(StepPatch patch, CancellationToken ct) => _patches.SubmitAsync(patch, ct);

    public async ValueTask DisposeAsync()
    {
        await _reports.DisposeAsync();
        await _patches.DisposeAsync();
    }
}
