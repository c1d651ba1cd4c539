using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Runs;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WorkerTaskTable : IEntityTypeConfiguration<WorkerTask>
{
    public const string Name = "worker_tasks";

    public void Configure(EntityTypeBuilder<WorkerTask> task)
    {
        task.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_worker_tasks_lease_is_whole", "(lease_token IS NULL) = (worker_id IS NULL)");
            table.HasCheckConstraint("ck_worker_tasks_attempt", "attempt BETWEEN 0 AND max_attempts");
        });

        task.HasKey(t => new { t.OrganizationId, t.RunId, t.StepId }).HasName("pk_worker_tasks");
        task.Property(t => t.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        task.Property(t => t.RunId).HasColumnName("run_id");
        task.Property(t => t.StepId).HasColumnName("step_id");
        task.Property(t => t.Handler).HasColumnName("handler").HasColumnType("text");
        task.Property(t => t.Config).HasColumnName("config").HasColumnType("json");
        task.Property(t => t.Attempt).HasColumnName("attempt");
        task.Property(t => t.MaxAttempts).HasColumnName("max_attempts");
        task.Property(t => t.DueAt).HasColumnName("due_at").HasColumnType("timestamp with time zone");
        task.Property(t => t.LeaseToken).HasColumnName("lease_token");
        task.Property(t => t.WorkerId).HasColumnName("worker_id").HasColumnType("character varying(255)");

        // Work belongs to a run.
        task.HasOne<Run>().WithMany().HasForeignKey(t => new { t.OrganizationId, t.RunId }).HasConstraintName("fk_worker_tasks_run").OnDelete(DeleteBehavior.NoAction);

        // A worker claims what is due for its handlers, oldest first.
        task.HasIndex(t => new { t.OrganizationId, t.Handler, t.DueAt }, "ix_worker_tasks_due").HasFilter("attempt < max_attempts");

        // Finds the work whose last lease ended without news: nobody may claim it again, so its step has failed.
        task.HasIndex(t => t.DueAt, "ix_worker_tasks_last_lease").HasFilter("lease_token IS NOT NULL AND attempt >= max_attempts");
    }
}
