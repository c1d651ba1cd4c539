using Microsoft.EntityFrameworkCore;
using Solya.Workflows.Definitions;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Times;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Stored workflows.</summary>
public sealed class WorkflowRepository(WorkflowsContext context, IdGenerator ids, TimeProvider clock)
{
    public async Task<Workflow> StoreWorkflowAsync(
        string organizationId, string name, WorkflowStatus status, string? flowDefinition, CancellationToken ct)
    {
        var (id, createdAt) = ids.Next();
        var workflow = new Workflow
        {
            OrganizationId = organizationId,
            Id = id,
            Face = WorkflowFace.DataPlatform,
            Name = name,
            Status = status,
            FlowDefinition = flowDefinition,
            CreatedAt = createdAt,
            UpdatedAt = createdAt,
        };
        context.Workflows.Add(workflow);
        await context.OpenForWritingAsync(ct);
        await context.SaveChangesAsync(ct);
        return workflow;
    }

    /// <summary>One workflow of any face with its newest version, or null when the organization has none of that id.</summary>
    public async Task<StoredWorkflow?> FindWorkflowAsync(string organizationId, Guid workflowId, CancellationToken ct)
    {
        var workflow = await context.Workflows.AsNoTracking().SingleOrDefaultAsync(row => row.OrganizationId == organizationId && row.Id == workflowId, ct);
        return workflow is null ? null : (await WithVersionsAsync(organizationId, [workflow], ct))[0];
    }

    /// <summary>The workflows of any face that take new runs, newest first, with their newest versions.</summary>
    public async Task<Page<StoredWorkflow>> ListActiveWorkflowsAsync(string organizationId, PageRequest page, CancellationToken ct)
    {
        var found = await context.Workflows.AsNoTracking()
            .Where(workflow => workflow.OrganizationId == organizationId && workflow.Status == WorkflowStatus.Active)
            .ToPageAsync(page, workflow => workflow.Id, ct);
        return new(await WithVersionsAsync(organizationId, found.Items, ct), found.Total, found.HasMore);
    }

    /// <summary>Changes what is not null. Leaving DRAFT needs a flow, stored or given.</summary>
    public async Task<WorkflowReceipt> ChangeWorkflowAsync(
        string organizationId, Guid workflowId, string? name, WorkflowStatus? status, string? flowDefinition, CancellationToken ct)
    {
        await using var transaction = await context.BeginWritingAsync(ct);
        var workflow = await context.Workflows
            .FromSql($"SELECT * FROM workflows WHERE organization_id = {organizationId} AND id = {workflowId} FOR NO KEY UPDATE")
            .SingleOrDefaultAsync(ct);
        if (workflow is null)
        {
            return new(WorkflowOutcome.WorkflowNotFound);
        }

        if (workflow.Face != WorkflowFace.DataPlatform)
        {
            return new(WorkflowOutcome.ExecutedByEngine);
        }

        workflow.Name = name ?? workflow.Name;
        workflow.Status = status ?? workflow.Status;
        workflow.FlowDefinition = flowDefinition ?? workflow.FlowDefinition;
        if (workflow.Status != WorkflowStatus.Draft && workflow.FlowDefinition is null)
        {
            return new(WorkflowOutcome.LacksFlow);
        }

        workflow.UpdatedAt = clock.GetUtcNow().ToMilliseconds();
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new(WorkflowOutcome.Recorded, workflow);
    }

    private async Task<IReadOnlyList<StoredWorkflow>> WithVersionsAsync(string organizationId, IReadOnlyList<Workflow> workflows, CancellationToken ct)
    {
        Guid[] versioned = [.. workflows.Where(workflow => workflow.LatestVersion is not null).Select(workflow => workflow.Id)];
        var versions = versioned.Length == 0
            ? []
            : await context.WorkflowVersions.AsNoTracking()
                .Where(version => version.OrganizationId == organizationId && versioned.Contains(version.WorkflowId)
                    && context.Workflows.Any(workflow => workflow.OrganizationId == organizationId && workflow.Id == version.WorkflowId && workflow.LatestVersion == version.Number))
                .ToDictionaryAsync(version => version.WorkflowId, ct);
        return
        [
            .. workflows.Select(workflow => versions.TryGetValue(workflow.Id, out var version)
                ? new StoredWorkflow(workflow, version.Format, version.Document)
                : new StoredWorkflow(workflow, null, null)),
        ];
    }
}
