using Microsoft.EntityFrameworkCore;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Steps: reported, patched, read.</summary>
public sealed class StepRepository(
    Lazy<WorkflowsContext> lazyContext, Database database, StepGroups groups, AmbientTransaction ambient)
{
    // The hot paths speak SQL and never ask for a context.
    private WorkflowsContext Context => lazyContext.Value;

    /// <summary>Records that a node of a run starts, or starts again; a redelivery changes nothing.</summary>
    public async Task<StepReceipt> ReportStepAsync(StepReport report, CancellationToken ct)
    {
        var receipt = ambient.Connection is null ? await groups.SubmitAsync(report, ct) : null;
        return receipt ?? (await WriteInOrderAsync([new StepWrite(report)], ct))[0];
    }

    /// <summary>Applies an executor's news of a step.</summary>
    public async Task<StepReceipt> PatchStepAsync(StepPatch patch, CancellationToken ct)
    {
        var receipt = ambient.Connection is null ? await groups.SubmitAsync(patch, ct) : null;
        return receipt ?? (await WriteInOrderAsync([new StepWrite(patch)], ct))[0];
    }

    /// <summary>
    /// Writes many reports and patches in their order; each stands or falls alone. One round trip and one commit, unless
    /// the same step occurs twice or a failed run has to be reopened.
    /// </summary>
    public async Task<IReadOnlyList<StepReceipt>> WriteBatchAsync(IReadOnlyList<StepWrite> writes, CancellationToken ct)
    {
        var eachAnotherStep = writes.DistinctBy(write => write.StepId).Count() == writes.Count;
        if (!eachAnotherStep || ambient.Connection is not null)
        {
            return await WriteInOrderAsync(writes, ct);
        }

        var receipts = await database.WriteLongByKeyAsync(connection => StepWriter.WriteManyAsync(connection, database.Options, writes, ct), ct);

        // Writes to different steps may change places, so those that need a reopened run can follow behind.
        int[] left = [.. Enumerable.Range(0, writes.Count).Where(i => receipts[i] is null)];
        if (left.Length > 0)
        {
            var late = await WriteInOrderAsync([.. left.Select(i => writes[i])], ct);
            foreach (var (nth, i) in left.Index())
            {
                receipts[i] = late[nth];
            }
        }

        return [.. receipts.Select(receipt => receipt!.Value)];
    }

    /// <summary>The whole step, or null when the organization has none of that id.</summary>
    public Task<Step?> FindStepAsync(string organizationId, Guid stepId, CancellationToken ct)
    {
        var (lowest, highest) = StepIds.RunRangeOf(stepId);
        return Context.Steps.AsNoTracking().SingleOrDefaultAsync(
            step => step.OrganizationId == organizationId && step.RunId >= lowest && step.RunId <= highest && step.Id == stepId, ct);
    }

    private async Task<StepReceipt[]> WriteInOrderAsync(IReadOnlyList<StepWrite> writes, CancellationToken ct)
    {
        if (ambient.Connection is { } joined)
        {
            return await StepWriter.WriteInOrderAsync(joined, database.Options, writes, ct);
        }

        return await database.WriteLongByKeyAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var receipts = await StepWriter.WriteInOrderAsync(connection, database.Options, writes, ct);
                await transaction.CommitAsync(ct);
                return receipts;
            },
            ct);
    }
}
