using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Approvals;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class ApprovalRequestTable : IEntityTypeConfiguration<ApprovalRequest>
{
    public const string Name = "approval_requests";

    public void Configure(EntityTypeBuilder<ApprovalRequest> approval)
    {
        approval.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_approval_requests_status", "status IN ('PENDING', 'APPROVED', 'REJECTED', 'EDITED', 'TIMED_OUT', 'CANCELLED')");
            table.HasCheckConstraint("ck_approval_requests_decided_iff_not_pending", "(decided_at IS NULL) = (status = 'PENDING')");
        });

        approval.HasKey(a => new { a.OrganizationId, a.Id }).HasName("pk_approval_requests");
        approval.Property(a => a.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        approval.Property(a => a.Id).HasColumnName("id").ValueGeneratedNever();
        approval.Property(a => a.RunId).HasColumnName("run_id");
        approval.Property(a => a.StepId).HasColumnName("step_id");
        approval.Property(a => a.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        approval.Property(a => a.ContentKey).HasColumnName("content_key").HasColumnType("text");
        approval.Property(a => a.Prompt).HasColumnName("prompt").HasColumnType("text");
        approval.Property(a => a.Approvers).HasColumnName("approvers").HasColumnType("json");
        approval.Property(a => a.Content).HasColumnName("content").HasColumnType("json");
        approval.Property(a => a.EditedContent).HasColumnName("edited_content").HasColumnType("json");
        approval.Property(a => a.DecidedBy).HasColumnName("decided_by").HasColumnType("text");
        approval.Property(a => a.ExpiresAt).HasColumnName("expires_at").HasColumnType("timestamp(3) with time zone");
        approval.Property(a => a.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        approval.Property(a => a.DecidedAt).HasColumnName("decided_at").HasColumnType("timestamp(3) with time zone");

        // Questions belong to a run.
        approval.HasOne<Run>().WithMany().HasForeignKey(a => new { a.OrganizationId, a.RunId }).HasConstraintName("fk_approval_requests_run").OnDelete(DeleteBehavior.NoAction);

        // At most one open question per step, whatever arrives at once; also finds the open question of a step, and of a run.
        approval.HasIndex(a => new { a.OrganizationId, a.RunId, a.StepId }, "ix_approval_requests_one_pending").IsUnique().HasFilter("status = 'PENDING'");

        // All questions of a run, to delete it: the foreign key looks for them too.
        approval.HasIndex(a => new { a.OrganizationId, a.RunId }, "ix_approval_requests_run");

        // Lists the open questions, newest first; decided ones are history.
        approval.HasIndex(a => new { a.OrganizationId, a.Id }, "ix_approval_requests_pending").HasFilter("status = 'PENDING'");
    }
}
