using Microsoft.EntityFrameworkCore;
using Solya.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Schedules;
using Solya.Workflows.Times;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Workflows as people see them: those they draw, and those of the other faces to look at.</summary>
public sealed class GraphWorkflowRepository(Lazy<WorkflowsContext> contexts, IdGenerator ids, TimeProvider clock)
{
    // Most requests that ask for this repository get by without it.
    private WorkflowsContext Context => contexts.Value;

    /// <summary>Stores a workflow with its first version.</summary>
    public async Task<StoredWorkflow> StoreWorkflowAsync(string organizationId, GraphEdit edit, string? createdBy, string? createdByEmail, CancellationToken ct)
    {
        var (id, createdAt) = ids.Next();
        var token = WebhookToken.Make();
        var workflow = new Workflow
        {
            OrganizationId = organizationId,
            Id = id,
            Face = WorkflowFace.Graph,
            Name = edit.Name,
            Description = edit.Description,
            Status = StatusOf(edit),
            LatestVersion = 1,
            WebhookToken = token,
            WebhookTokenHash = WebhookToken.HashOf(token),
            CreatedBy = createdBy,
            CreatedByEmail = createdByEmail,
            CreatedAt = createdAt,
            UpdatedAt = createdAt,
        };
        BeginSchedule(workflow, edit.Schedule, createdAt);
        Context.Workflows.Add(workflow);
        Context.WorkflowVersions.Add(VersionOf(workflow, edit.Document, createdAt));
        await Context.OpenForWritingAsync(ct);
        await Context.SaveChangesAsync(ct);
        return new(workflow, WorkflowFormat.Graph, edit.Document);
    }

    /// <summary>One workflow with its newest version, or null when the organization has none of that id, or has deleted it.</summary>
    public async Task<StoredWorkflow?> FindWorkflowAsync(string organizationId, Guid workflowId, CancellationToken ct)
    {
        var workflow = await Visible(organizationId).SingleOrDefaultAsync(row => row.Id == workflowId, ct);
        return workflow is null ? null : await WithVersionAsync(workflow, workflow.LatestVersion, ct);
    }

    /// <summary>The workflow of a run with the version that the run pins, deleted or not.</summary>
    /// <param name="version">Null for a run that is executed outside.</param>
    public async Task<StoredWorkflow?> FindOfRunAsync(string organizationId, Guid workflowId, int? version, CancellationToken ct)
    {
        var workflow = await Context.Workflows.AsNoTracking().SingleOrDefaultAsync(row => row.OrganizationId == organizationId && row.Id == workflowId, ct);
        return workflow is null ? null : await WithVersionAsync(workflow, version, ct);
    }

    /// <summary>Workflows of every face, newest first, without their versions.</summary>
    public Task<Page<Workflow>> ListWorkflowsAsync(string organizationId, PageRequest page, CancellationToken ct)
        => Visible(organizationId).ToPageAsync(page, workflow => workflow.Id, ct);

    /// <summary>Changes a workflow under its lock. Another graph is a new version; runs keep the one they pin.</summary>
    /// <param name="edit">What it shall be, given what it is; null refuses.</param>
    public Task<GraphReceipt> ChangeWorkflowAsync(string organizationId, Guid workflowId, Func<StoredWorkflow, GraphEdit?> edit, CancellationToken ct) => LockedAsync(
        organizationId,
        workflowId,
        async (stored, now) =>
        {
            var workflow = stored.Workflow;
            if (edit(stored) is not { } wanted)
            {
                return GraphOutcome.Refused;
            }

            if (wanted.Document != stored.Document)
            {
                workflow.LatestVersion++;
                Context.WorkflowVersions.Add(VersionOf(workflow, wanted.Document, now));
            }

            var begins = RuleOf(workflow) != wanted.Schedule || workflow.Status != StatusOf(wanted);
            (workflow.Name, workflow.Description, workflow.Status) = (wanted.Name, wanted.Description, StatusOf(wanted));
            if (begins)
            {
                BeginSchedule(workflow, wanted.Schedule, now);
            }

            await Context.SaveChangesAsync(ct);
            return GraphOutcome.Recorded;
        },
        ct);

    /// <summary>Hides a workflow for good; its runs go on and stay readable.</summary>
    public Task<GraphReceipt> DeleteWorkflowAsync(string organizationId, Guid workflowId, CancellationToken ct) => LockedAsync(
        organizationId,
        workflowId,
        async (stored, now) =>
        {
            if (await IsTriggeredAsync(organizationId, workflowId, ct))
            {
                return GraphOutcome.Triggered;
            }

            stored.Workflow.Status = WorkflowStatus.Archived;
            BeginSchedule(stored.Workflow, RuleOf(stored.Workflow), now);
            await Context.SaveChangesAsync(ct);
            return GraphOutcome.Recorded;
        },
        ct);

    /// <summary>Gives the webhook a new address; the old one is dead with the answer.</summary>
    public Task<GraphReceipt> RotateWebhookAsync(string organizationId, Guid workflowId, CancellationToken ct) => LockedAsync(
        organizationId,
        workflowId,
        async (stored, _) =>
        {
            var token = WebhookToken.Make();
            (stored.Workflow.WebhookToken, stored.Workflow.WebhookTokenHash) = (token, WebhookToken.HashOf(token));
            await Context.SaveChangesAsync(ct);
            return GraphOutcome.Recorded;
        },
        ct);

    /// <summary>The workflow of a webhook's address, of whichever organization, active or not; null when no such address is alive.</summary>
    public async Task<Workflow?> FindByWebhookAsync(string token, CancellationToken ct)
    {
        if (token.Length != WebhookToken.Length)
        {
            return null;
        }

        var hash = WebhookToken.HashOf(token);
        var workflow = await Context.Workflows.AsNoTracking().SingleOrDefaultAsync(row => row.WebhookTokenHash == hash && row.Status != WorkflowStatus.Archived, ct);
        return workflow is not null && WebhookToken.AreEqual(workflow.WebhookToken!, token) ? workflow : null;
    }

    /// <summary>The schedule of a workflow of the face GRAPH.</summary>
    public static ScheduleRule RuleOf(Workflow workflow) => new(
        workflow.ScheduleType!.Value, workflow.ScheduleValue, workflow.TimeZone!, workflow.CatchUp!.Value, workflow.Overlap!.Value);

    // A deleted workflow of people is gone; archived ones of other faces are there to be looked at.
    private IQueryable<Workflow> Visible(string organizationId) => Context.Workflows.AsNoTracking()
        .Where(workflow => workflow.OrganizationId == organizationId && !(workflow.Face == WorkflowFace.Graph && workflow.Status == WorkflowStatus.Archived));

    private async Task<StoredWorkflow> WithVersionAsync(Workflow workflow, int? version, CancellationToken ct)
    {
        if (version is not { } number)
        {
            return new(workflow, null, null);
        }

        var found = await Context.WorkflowVersions.AsNoTracking().SingleAsync(
            row => row.OrganizationId == workflow.OrganizationId && row.WorkflowId == workflow.Id && row.Number == number, ct);
        return new(workflow, found.Format, found.Document);
    }

    private async Task<GraphReceipt> LockedAsync(
        string organizationId, Guid workflowId, Func<StoredWorkflow, DateTimeOffset, Task<GraphOutcome>> change, CancellationToken ct)
    {
        // A keyed request has begun it already, and commits it together with its key.
        await using var own = Context.Database.CurrentTransaction is null ? await Context.BeginWritingAsync(ct) : null;
        // Two changes at once would give one version's number twice; the scheduler moves the same row.
        var workflow = await Context.Workflows
            .FromSql($"SELECT * FROM workflows WHERE organization_id = {organizationId} AND id = {workflowId} FOR NO KEY UPDATE")
            .SingleOrDefaultAsync(ct);
        if (workflow is null || workflow is { Face: WorkflowFace.Graph, Status: WorkflowStatus.Archived })
        {
            return new(GraphOutcome.NotFound);
        }

        if (workflow.Face != WorkflowFace.Graph)
        {
            return new(GraphOutcome.ReadOnly);
        }

        var now = clock.GetUtcNow().ToMilliseconds();
        var outcome = await change(await WithVersionAsync(workflow, workflow.LatestVersion, ct), now);
        if (outcome != GraphOutcome.Recorded)
        {
            return new(outcome);
        }

        workflow.UpdatedAt = now > workflow.UpdatedAt ? now : workflow.UpdatedAt;
        await Context.SaveChangesAsync(ct);
        if (own is not null)
        {
            await own.CommitAsync(ct);
        }

        return new(GraphOutcome.Recorded, await WithVersionAsync(workflow, workflow.LatestVersion, ct));
    }

    private async Task<bool> IsTriggeredAsync(string organizationId, Guid workflowId, CancellationToken ct)
    {
        var name = PublicId.Format(PublicId.Flow, workflowId);
        // Those that hold the id somewhere; where it stands is looked at here.
        var documents = await Context.Database.SqlQuery<string>(
            $"""
            SELECT version.document::text AS "Value"
              FROM workflows workflow
              JOIN workflow_versions version
                ON version.organization_id = workflow.organization_id AND version.workflow_id = workflow.id AND version.number = workflow.latest_version
             WHERE workflow.organization_id = {organizationId} AND workflow.status = 'ACTIVE' AND workflow.face = 'GRAPH' AND workflow.id <> {workflowId}
               AND strpos(version.document::text, {name}) > 0
            """).ToListAsync(ct);
        return documents.Exists(document => TriggeredWorkflows.Of(new JsonText(document).Element).Contains(name));
    }

    private static void BeginSchedule(Workflow workflow, ScheduleRule rule, DateTimeOffset now)
    {
        var turn = ScheduleTurn.Begin(rule, now);
        var isActive = workflow.Status == WorkflowStatus.Active;
        (workflow.ScheduleType, workflow.ScheduleValue, workflow.TimeZone) = (rule.Type, rule.Value, rule.TimeZone);
        (workflow.CatchUp, workflow.Overlap) = (rule.CatchUp, rule.Overlap);
        (workflow.ScheduleAnchor, workflow.WaitingTicks) = (turn.Anchor, []);
        (workflow.NextRunAt, workflow.ScheduleDueAt) = isActive ? (turn.NextRunAt, turn.DueAt) : (null, null);
    }

    private static WorkflowStatus StatusOf(GraphEdit edit) => edit.IsActive ? WorkflowStatus.Active : WorkflowStatus.Paused;

    private static WorkflowVersion VersionOf(Workflow workflow, string document, DateTimeOffset now) => new()
    {
        OrganizationId = workflow.OrganizationId,
        WorkflowId = workflow.Id,
        Number = workflow.LatestVersion!.Value,
        Format = WorkflowFormat.Graph,
        Document = document,
        CreatedAt = now,
    };
}
