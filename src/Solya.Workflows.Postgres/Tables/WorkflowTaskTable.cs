using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WorkflowTaskTable : IEntityTypeConfiguration<WorkflowTask>
{
    public const string Name = "tasks";

    public void Configure(EntityTypeBuilder<WorkflowTask> task)
    {
        task.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_tasks_domain", "domain IN ('restock', 'rebalance', 'markdown')");
            table.HasCheckConstraint("ck_tasks_status", "status IN ('OPEN', 'DONE', 'DISMISSED')");
            table.HasCheckConstraint("ck_tasks_closed_at_iff_closed", "(closed_at IS NOT NULL) = (status <> 'OPEN')");
            table.HasCheckConstraint("ck_tasks_confidence", "confidence BETWEEN 0 AND 1");
        });

        task.HasKey(t => new { t.OrganizationId, t.Id }).HasName("pk_tasks");
        task.Property(t => t.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        task.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
        task.Property(t => t.CandidateKey).HasColumnName("candidate_key");
        task.Property(t => t.Domain).HasColumnName("domain").AsWireText().HasColumnType("character varying(16)");
        task.Property(t => t.VariantId).HasColumnName("variant_id").HasColumnType("text");
        task.Property(t => t.ShopId).HasColumnName("shop_id").HasColumnType("text");
        task.Property(t => t.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        task.Property(t => t.WorkflowRunId).HasColumnName("workflow_run_id").HasColumnType("character varying(255)");
        task.Property(t => t.Confidence).HasColumnName("confidence");
        task.Property(t => t.Payload).HasColumnName("payload").HasColumnType("json");
        task.Property(t => t.RefreshCount).HasColumnName("refresh_count");
        task.Property(t => t.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        task.Property(t => t.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");
        task.Property(t => t.ClosedAt).HasColumnName("closed_at").HasColumnType("timestamp(3) with time zone");

        // At most one open task per candidate, whatever arrives at once; closed ones are history. Also serves the upsert.
        task.HasIndex(t => new { t.OrganizationId, t.CandidateKey }, "ix_tasks_one_open").IsUnique().HasFilter("status = 'OPEN'");

        // Lists what one run made, newest first.
        task.HasIndex(t => new { t.OrganizationId, t.WorkflowRunId, t.Id }, "ix_tasks_workflow_run");
    }
}
