using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Definitions;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// Workflows as they were when they were last read, for whoever starts runs of them at volume. What is old is no danger:
/// each comes with a stamp of its row, and a run is created only if the row still has it
/// (<see cref="RunCreationRepository.CreateRunAsync(Runs.RunCreation, string, CancellationToken)"/>). One that takes no
/// runs is not kept: that it takes none is always read anew.
/// </summary>
public sealed class ExecutableWorkflows(IServiceScopeFactory scopes)
{
    // Past this the cache begins anew.
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<(string OrganizationId, Guid WorkflowId), ExecutableWorkflow> _known = new();

    /// <summary>The workflow with its newest version, from memory if it was read before; null when there is none to see.</summary>
    public async ValueTask<ExecutableWorkflow?> FindAsync(string organizationId, Guid workflowId, CancellationToken ct)
        => _known.TryGetValue((organizationId, workflowId), out var known) ? known : await ReadAsync(organizationId, workflowId, ct);

    /// <summary>The next look reads the workflow again.</summary>
    public void Forget(string organizationId, Guid workflowId) => _known.TryRemove((organizationId, workflowId), out _);

    private async Task<ExecutableWorkflow?> ReadAsync(string organizationId, Guid workflowId, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<WorkflowsContext>();
        // The stamp first: of a row that changes in between the old one is kept, which no run is created for.
        var stamp = await context.Database
            .SqlQuery<string>($"SELECT xmin::text AS \"Value\" FROM workflows WHERE organization_id = {organizationId} AND id = {workflowId}")
            .SingleOrDefaultAsync(ct);
        if (stamp is null || await scope.ServiceProvider.GetRequiredService<GraphWorkflowRepository>().FindWorkflowAsync(organizationId, workflowId, ct) is not { } stored)
        {
            return null;
        }

        var found = new ExecutableWorkflow(stored, stamp);
        if (stored.Workflow.Status == WorkflowStatus.Active)
        {
            if (_known.Count >= Most)
            {
                _known.Clear();
            }

            _known[(organizationId, workflowId)] = found;
        }

        return found;
    }
}

/// <param name="Stamp">Changes with every change of the workflow.</param>
public sealed record ExecutableWorkflow(StoredWorkflow Stored, string Stamp);
