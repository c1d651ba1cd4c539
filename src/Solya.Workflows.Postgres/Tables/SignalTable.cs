using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Runs;
using Solya.Workflows.Signals;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class SignalTable : IEntityTypeConfiguration<Signal>
{
    public const string Name = "run_signals";

    public void Configure(EntityTypeBuilder<Signal> signal)
    {
        signal.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_run_signals_consumed_by", "(consumed_at IS NULL) = (step_id IS NULL)");
        });

        signal.HasKey(s => new { s.OrganizationId, s.RunId, s.Sequence }).HasName("pk_run_signals");
        signal.Property(s => s.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        signal.Property(s => s.RunId).HasColumnName("run_id");
        signal.Property(s => s.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        signal.Property(s => s.SignalType).HasColumnName("signal_type").HasColumnType("text");
        signal.Property(s => s.Payload).HasColumnName("payload").HasColumnType("json");
        signal.Property(s => s.DedupId).HasColumnName("dedup_id").HasColumnType("character varying(255)");
        signal.Property(s => s.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        signal.Property(s => s.ConsumedAt).HasColumnName("consumed_at").HasColumnType("timestamp(3) with time zone");
        signal.Property(s => s.StepId).HasColumnName("step_id");

        // Signals belong to a run.
        signal.HasOne<Run>().WithMany().HasForeignKey(s => new { s.OrganizationId, s.RunId }).HasConstraintName("fk_run_signals_run").OnDelete(DeleteBehavior.NoAction);

        // A repeated signal is kept once; signals without a name of their own stay out.
        signal.HasIndex(s => new { s.OrganizationId, s.RunId, s.DedupId }, "ix_run_signals_dedup_id").IsUnique().HasFilter("dedup_id IS NOT NULL");
    }
}
