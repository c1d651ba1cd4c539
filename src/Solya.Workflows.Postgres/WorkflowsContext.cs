using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Solya.Workflows.ActionVectors;
using Solya.Workflows.Approvals;
using Solya.Workflows.Definitions;
using Solya.Workflows.Events;
using Solya.Workflows.Plans;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Signals;
using Solya.Workflows.Steps;
using Solya.Workflows.Tasks;
using Solya.Workflows.Webhooks;
using Solya.Workflows.Workers;
using Solya.Workflows.Workspaces;

namespace Solya.Workflows.Postgres;

/// <summary>The model as EF Core sees it. Tables are described in <c>Tables/</c>, made by <c>Migrations/</c>.</summary>
public sealed class WorkflowsContext(DbContextOptions<WorkflowsContext> options) : DbContext(options)
{
    public DbSet<Workspace> Workspaces => Set<Workspace>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Workflow> Workflows => Set<Workflow>();

    public DbSet<WorkflowVersion> WorkflowVersions => Set<WorkflowVersion>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<Step> Steps => Set<Step>();

    public DbSet<RunEvent> Events => Set<RunEvent>();

    public DbSet<QueuedRun> RunQueue => Set<QueuedRun>();

    public DbSet<AbandonedRun> AbandonedRuns => Set<AbandonedRun>();

    public DbSet<Signal> Signals => Set<Signal>();

    public DbSet<ApprovalRequest> ApprovalRequests => Set<ApprovalRequest>();

    public DbSet<WorkerTask> WorkerTasks => Set<WorkerTask>();

    public DbSet<WebhookSubscription> WebhookSubscriptions => Set<WebhookSubscription>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<ActionVector> ActionVectors => Set<ActionVector>();

    public DbSet<WorkflowTask> Tasks => Set<WorkflowTask>();

    public DbSet<Plan> Plans => Set<Plan>();

    public DbSet<PlanItem> PlanItems => Set<PlanItem>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Every index names the query it serves; EF would add one for each foreign key.
        configurationBuilder.Conventions.Remove<ForeignKeyIndexConvention>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(WorkflowsContext).Assembly);
    }
}
