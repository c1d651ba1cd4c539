using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Events;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class RunEventTable : IEntityTypeConfiguration<RunEvent>
{
    public const string Name = "workflow_run_events";

    public void Configure(EntityTypeBuilder<RunEvent> happening)
    {
        happening.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_workflow_run_events_sequence", "sequence >= 1");
        });

        happening.HasKey(h => new { h.OrganizationId, h.RunId, h.Sequence }).HasName("pk_workflow_run_events");
        happening.Property(h => h.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        happening.Property(h => h.RunId).HasColumnName("run_id");
        happening.Property(h => h.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        happening.Property(h => h.EventType).HasColumnName("event_type").HasColumnType("character varying(32)");
        happening.Property(h => h.StepId).HasColumnName("step_id");
        happening.Property(h => h.Status).HasColumnName("status").HasColumnType("character varying(16)");
        happening.Property(h => h.Payload).HasColumnName("payload").HasColumnType("json");
        happening.Property(h => h.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");

        // A history belongs to a run.
        happening.HasOne<Run>().WithMany().HasForeignKey(h => new { h.OrganizationId, h.RunId }).HasConstraintName("fk_workflow_run_events_run").OnDelete(DeleteBehavior.NoAction);
    }
}
