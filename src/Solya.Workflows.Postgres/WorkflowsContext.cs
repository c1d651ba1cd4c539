using Microsoft.EntityFrameworkCore;
using Solya.Workflows.ActionVectors;
using Solya.Workflows.Definitions;
using Solya.Workflows.Events;
using Solya.Workflows.Plans;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Postgres;

/// <summary>The model as EF Core sees it. Tables are described in <c>Tables/</c>, made by <c>Migrations/</c>.</summary>
public sealed class WorkflowsContext(DbContextOptions<WorkflowsContext> options) : DbContext(options)
{
    public DbSet<Workflow> Workflows => Set<Workflow>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<Step> Steps => Set<Step>();

    public DbSet<RunEvent> Events => Set<RunEvent>();

    public DbSet<ActionVector> ActionVectors => Set<ActionVector>();

    public DbSet<WorkflowTask> Tasks => Set<WorkflowTask>();

    public DbSet<Plan> Plans => Set<Plan>();

    public DbSet<PlanItem> PlanItems => Set<PlanItem>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(WorkflowsContext).Assembly);
    }
}
