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

    /// <summary>One workflow, or null when the organization has none of that id.</summary>
    public Task<Workflow?> FindWorkflowAsync(string organizationId, Guid workflowId, CancellationToken ct)
        => context.Workflows.AsNoTracking().SingleOrDefaultAsync(row => row.OrganizationId == organizationId && row.Id == workflowId, ct);

    /// <summary>The workflows that take new runs, newest first.</summary>
    public Task<Page<Workflow>> ListActiveWorkflowsAsync(string organizationId, PageRequest page, CancellationToken ct)
        => context.Workflows.AsNoTracking()
            .Where(workflow => workflow.OrganizationId == organizationId && workflow.Status == WorkflowStatus.Active)
            .ToPageAsync(page, workflow => workflow.Id, ct);

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
}
