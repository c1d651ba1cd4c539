using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Definitions;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Tables;

/// <remarks>The rules of a row stand in the function that its CHECK calls, written by the migration CheckRowsByFunction.</remarks>
internal sealed class RunTable : IEntityTypeConfiguration<Run>
{
    public const string Name = "workflow_runs";

    public void Configure(EntityTypeBuilder<Run> run)
    {
        run.ToTable(Name, table => table.HasCheckConstraint("ck_workflow_runs_row", "check_workflow_run(workflow_runs)"));

        run.HasKey(r => new { r.OrganizationId, r.Id }).HasName("pk_workflow_runs");
        run.Property(r => r.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        run.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        run.Property(r => r.WorkflowId).HasColumnName("workflow_id");
        run.Property(r => r.WorkflowVersion).HasColumnName("workflow_version");
        run.Property(r => r.IdempotencyKey).HasColumnName("idempotency_key").HasColumnType("character varying(255)");
        run.Property(r => r.ScheduledFor).HasColumnName("scheduled_for").HasColumnType("timestamp(3) with time zone");
        run.Property(r => r.ExternalRunId).HasColumnName("external_run_id").HasColumnType("character varying(255)");
        run.Property(r => r.Executor).HasColumnName("executor").AsWireText().HasColumnType("character varying(16)");
        run.Property(r => r.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        run.Property(r => r.TriggerContext).HasColumnName("trigger_context").HasColumnType("json");
        run.Property(r => r.OutputSummary).HasColumnName("output_summary").HasColumnType("json");
        run.Property(r => r.ErrorCode).HasColumnName("error_code").HasColumnType("character varying(64)");
        run.Property(r => r.ErrorMessage).HasColumnName("error_message").HasColumnType("text");
        run.Property(r => r.ErrorDetails).HasColumnName("error_details").HasColumnType("json");
        run.Property(r => r.HeartbeatIntervalSeconds).HasColumnName("heartbeat_interval_seconds");
        run.Property(r => r.LastHeartbeatAt).HasColumnName("last_heartbeat_at").HasColumnType("timestamp(3) with time zone");
        run.Property(r => r.SweptFrom).HasColumnName("swept_from").AsWireText().HasColumnType("character varying(16)");
        run.Property(r => r.EventSequence).HasColumnName("event_sequence");
        run.Property(r => r.State).HasColumnName("state").HasColumnType("json");
        run.Property(r => r.Epoch).HasColumnName("epoch");
        run.Property(r => r.ParentRunId).HasColumnName("parent_run_id");
        run.Property(r => r.ParentStepId).HasColumnName("parent_step_id");
        run.Property(r => r.Depth).HasColumnName("depth");
        run.Property(r => r.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        run.Property(r => r.StartedAt).HasColumnName("started_at").HasColumnType("timestamp(3) with time zone");
        run.Property(r => r.CompletedAt).HasColumnName("completed_at").HasColumnType("timestamp(3) with time zone");
        run.Property(r => r.DeadlineAt).HasColumnName("deadline_at").HasColumnType("timestamp(3) with time zone");
        run.Property(r => r.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");

        // The organization is part of the reference: a run can never name another tenant's workflow.
        run.HasOne<Workflow>().WithMany().HasForeignKey(r => new { r.OrganizationId, r.WorkflowId }).HasConstraintName("fk_workflow_runs_workflow").OnDelete(DeleteBehavior.NoAction);
        run.HasOne<WorkflowVersion>().WithMany().HasForeignKey(r => new { r.OrganizationId, r.WorkflowId, r.WorkflowVersion }).HasConstraintName("fk_workflow_runs_version").OnDelete(DeleteBehavior.NoAction);

        run.HasOne<Run>().WithMany().HasForeignKey(r => new { r.OrganizationId, r.ParentRunId }).HasConstraintName("fk_workflow_runs_parent").OnDelete(DeleteBehavior.NoAction);

        // A repeated start finds its run; ad hoc runs without a name of their own stay out.
        run.HasIndex(r => new { r.OrganizationId, r.ExternalRunId }, "ix_workflow_runs_external_run_id").IsUnique().HasFilter("external_run_id IS NOT NULL");

        // A start with a key finds the run that an earlier one made, for as long as that is kept; starts without one stay out.
        run.HasIndex(r => new { r.OrganizationId, r.IdempotencyKey }, "ix_workflow_runs_idempotency_key").IsUnique().HasFilter("idempotency_key IS NOT NULL");

        // PATCH of a run may leave its organization out; the id alone then finds it. The condition holds for every run and is
        // said by that query only: a whole index on the id would pass for the primary key where one organization has nearly
        // all runs, and those of another would be sought among everybody's.
        run.HasIndex(r => r.Id, "ix_workflow_runs_id").IsUnique().HasFilter("depth >= 0");

        // Lists by status, newest first: ids follow creation. Most runs are COMPLETED, so those are found by the primary key
        // soon enough; and being partial, this index can never be mistaken for the primary key in a look-up by id.
        run.HasIndex(r => new { r.OrganizationId, r.Status, r.Id }, "ix_workflow_runs_not_completed").HasFilter("status <> 'COMPLETED'");

        // Lists by workflow, newest first.
        run.HasIndex(r => new { r.OrganizationId, r.WorkflowId, r.Id }, "ix_workflow_runs_workflow").HasFilter("workflow_id IS NOT NULL");

        // Lists by error code, newest first; of the runs that failed.
        run.HasIndex(r => new { r.OrganizationId, r.ErrorCode, r.Id }, "ix_workflow_runs_error_code").HasFilter("error_code IS NOT NULL");

        // What a step waits for, and what goes down with a run that is cancelled; runs started from outside stay out.
        run.HasIndex(r => new { r.OrganizationId, r.ParentRunId, r.ParentStepId }, "ix_workflow_runs_parent").HasFilter("parent_run_id IS NOT NULL");

        // The zombie sweep reads only runs that could be zombies; finished ones never enter this index. The last sign of
        // life is left out on purpose: it changes with every report, and an indexed column would end HOT updates.
        run.HasIndex(r => new { r.OrganizationId, r.Id }, "ix_workflow_runs_watched").HasFilter("executor = 'EXTERNAL' AND status IN ('PENDING', 'RUNNING')");

        // Whether the run of an earlier tick has not ended. Only open runs, so that it stays small.
        run.HasIndex(r => new { r.OrganizationId, r.WorkflowId }, "ix_workflow_runs_scheduled").HasFilter("scheduled_for IS NOT NULL AND status IN ('PENDING', 'RUNNING', 'WAITING', 'PAUSED')");
    }
}
