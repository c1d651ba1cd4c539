using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Definitions;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WorkflowVersionTable : IEntityTypeConfiguration<WorkflowVersion>
{
    public const string Name = "workflow_versions";

    public void Configure(EntityTypeBuilder<WorkflowVersion> version)
    {
        version.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_workflow_versions_format", "format IN ('STEPS', 'GRAPH')");
            table.HasCheckConstraint("ck_workflow_versions_number", "number >= 1");
        });

        version.HasKey(v => new { v.OrganizationId, v.WorkflowId, v.Number }).HasName("pk_workflow_versions");
        version.Property(v => v.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        version.Property(v => v.WorkflowId).HasColumnName("workflow_id");
        version.Property(v => v.Number).HasColumnName("number").ValueGeneratedNever();
        version.Property(v => v.Format).HasColumnName("format").AsWireText().HasColumnType("character varying(16)");
        version.Property(v => v.Document).HasColumnName("document").HasColumnType("json");
        version.Property(v => v.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");

        // Versions belong to a workflow.
        version.HasOne<Workflow>().WithMany().HasForeignKey(v => new { v.OrganizationId, v.WorkflowId }).HasConstraintName("fk_workflow_versions_workflow").OnDelete(DeleteBehavior.NoAction);
    }
}
