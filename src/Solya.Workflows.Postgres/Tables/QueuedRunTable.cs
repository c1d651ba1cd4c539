using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class QueuedRunTable : IEntityTypeConfiguration<QueuedRun>
{
    public const string Name = "run_queue";

    public void Configure(EntityTypeBuilder<QueuedRun> queued)
    {
        queued.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_run_queue_claims", "claims >= 0");
            table.HasCheckConstraint("ck_run_queue_lease_is_whole", "(lease_epoch IS NULL) = (worker_id IS NULL)");
        });

        queued.HasKey(q => new { q.OrganizationId, q.RunId }).HasName("pk_run_queue");
        queued.Property(q => q.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        queued.Property(q => q.RunId).HasColumnName("run_id");
        queued.Property(q => q.DueAt).HasColumnName("due_at").HasColumnType("timestamp with time zone");
        queued.Property(q => q.LeaseEpoch).HasColumnName("lease_epoch");
        queued.Property(q => q.WorkerId).HasColumnName("worker_id");
        queued.Property(q => q.Claims).HasColumnName("claims");
        queued.Property(q => q.HasNews).HasColumnName("has_news");

        // A run is queued at most once.
        queued.HasOne<Run>().WithOne().HasForeignKey<QueuedRun>(q => new { q.OrganizationId, q.RunId }).HasConstraintName("fk_run_queue_run").OnDelete(DeleteBehavior.NoAction);

        // The claim reads what is due of each organization, oldest first; a lease that ended is due like anything else. The
        // condition holds for every row: being partial, the index can never be mistaken for the primary key in a look-up by
        // run, which would read all runs of the organization.
        queued.HasIndex(q => new { q.OrganizationId, q.DueAt }, "ix_run_queue_due").HasFilter("claims >= 0");
    }
}
