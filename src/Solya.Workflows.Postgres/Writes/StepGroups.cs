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
        var options = database.Options;
        // A group may wait for one that is being written, then takes its own time.
        var patience = TimeSpan.FromSeconds(options.StatementTimeoutSeconds + 0.5);
        _reports = new(
            async reports => await database.WriteByKeyAsync(connection => StepWriter.RecordAsync(connection, reports, CancellationToken.None), CancellationToken.None),
            report => (report.OrganizationId, report.StepId),
            options.GroupWriters,
            options.GroupQueueLength,
            patience);
        _patches = new(
            async patches => await database.WriteByKeyAsync(connection => StepWriter.ApplyAsync(connection, patches, CancellationToken.None), CancellationToken.None),
            patch => (patch.OrganizationId, patch.StepId),
            options.GroupWriters,
            options.GroupQueueLength,
            patience);
    }

    internal Task<StepReceipt?> SubmitAsync(StepReport report, CancellationToken ct) => _reports.SubmitAsync(report, ct);

    internal Task<StepReceipt?> SubmitAsync(StepPatch patch, CancellationToken ct) => _patches.SubmitAsync(patch, ct);

    public async ValueTask DisposeAsync()
    {
        await _reports.DisposeAsync();
        await _patches.DisposeAsync();
    }
}
