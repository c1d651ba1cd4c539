using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Tables;

/// <remarks>The rules of a row stand in the function that its CHECK calls, written by the migration CheckRowsByFunction.</remarks>
internal sealed class StepTable : IEntityTypeConfiguration<Step>
{
    public const string Name = "workflow_run_steps";

    public void Configure(EntityTypeBuilder<Step> step)
    {
        step.ToTable(Name, table => table.HasCheckConstraint("ck_workflow_run_steps_row", "check_workflow_run_step(workflow_run_steps)"));

        step.HasKey(s => new { s.OrganizationId, s.RunId, s.Id }).HasName("pk_workflow_run_steps");
        step.Property(s => s.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        step.Property(s => s.RunId).HasColumnName("run_id");
        step.Property(s => s.Id).HasColumnName("id").ValueGeneratedNever();
        step.Property(s => s.NodeId).HasColumnName("node_id").HasColumnType("text");
        step.Property(s => s.Iteration).HasColumnName("iteration").HasColumnType("text");
        step.Property(s => s.NodeType).HasColumnName("node_type").AsWireText().HasColumnType("character varying(16)");
        step.Property(s => s.Kind).HasColumnName("kind").HasColumnType("character varying(16)");
        step.Property(s => s.ActionType).HasColumnName("action_type").AsWireText().HasColumnType("character varying(32)");
        step.Property(s => s.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        step.Property(s => s.RetryCount).HasColumnName("retry_count");
        step.Property(s => s.Attempt).HasColumnName("attempt");
        step.Property(s => s.WaitKind).HasColumnName("wait_kind").AsWireText().HasColumnType("character varying(16)");
        step.Property(s => s.WaitUntil).HasColumnName("wait_until").HasColumnType("timestamp(3) with time zone");
        step.Property(s => s.SignalType).HasColumnName("signal_type").HasColumnType("text");
        step.Property(s => s.Branch).HasColumnName("branch").HasColumnType("text");
        step.Property(s => s.ErrorHandled).HasColumnName("error_handled");
        step.Property(s => s.ResolvedInput).HasColumnName("resolved_input").HasColumnType("json");
        step.Property(s => s.Output).HasColumnName("output").HasColumnType("json");
        step.Property(s => s.ErrorCode).HasColumnName("error_code").HasColumnType("character varying(64)");
        step.Property(s => s.ErrorMessage).HasColumnName("error_message").HasColumnType("text");
        step.Property(s => s.ErrorDetails).HasColumnName("error_details").HasColumnType("json");
        step.Property(s => s.Logs).HasColumnName("logs").HasColumnType("text");
        step.Property(s => s.StartedAt).HasColumnName("started_at").HasColumnType("timestamp(3) with time zone");
        step.Property(s => s.CompletedAt).HasColumnName("completed_at").HasColumnType("timestamp(3) with time zone");
        step.Property(s => s.DurationMs).HasColumnName("duration_ms");
        step.Property(s => s.SweptFrom).HasColumnName("swept_from").AsWireText().HasColumnType("character varying(16)");
        step.Property(s => s.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        step.Property(s => s.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");

        // The only index is the primary key: it lists a run's steps, and a step's id tells its run.
        step.HasOne<Run>().WithMany(r => r.Steps).HasForeignKey(s => new { s.OrganizationId, s.RunId }).HasConstraintName("fk_workflow_run_steps_run").OnDelete(DeleteBehavior.NoAction);
    }
}
