using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class AbandonedRunTable : IEntityTypeConfiguration<AbandonedRun>
{
    public const string Name = "abandoned_runs";

    public void Configure(EntityTypeBuilder<AbandonedRun> run)
    {
        run.ToTable(Name);

        run.HasKey(r => new { r.OrganizationId, r.RunId }).HasName("pk_abandoned_runs");
        run.Property(r => r.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        run.Property(r => r.RunId).HasColumnName("run_id");
        run.Property(r => r.DueAt).HasColumnName("due_at").HasColumnType("timestamp with time zone");

        run.HasOne<Run>().WithMany().HasForeignKey(r => new { r.OrganizationId, r.RunId }).HasConstraintName("fk_abandoned_runs_run").OnDelete(DeleteBehavior.NoAction);

        // The engine's look: what nobody has called off in time, oldest first.
        run.HasIndex(r => r.DueAt, "ix_abandoned_runs_due");
    }
}
