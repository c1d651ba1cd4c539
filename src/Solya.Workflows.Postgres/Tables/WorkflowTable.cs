using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Definitions;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WorkflowTable : IEntityTypeConfiguration<Workflow>
{
    public const string Name = "workflows";

    public void Configure(EntityTypeBuilder<Workflow> workflow)
    {
        workflow.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_workflows_status", "status IN ('DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED')");
            // A run may be started of anything but a draft, so anything but a draft has a flow; the engine's are in workflow_versions.
            table.HasCheckConstraint("ck_workflows_flow_unless_draft", "face <> 'DATA_PLATFORM' OR status = 'DRAFT' OR flow_definition IS NOT NULL");
            table.HasCheckConstraint("ck_workflows_face", "face IN ('DATA_PLATFORM', 'V1', 'GRAPH')");
            table.HasCheckConstraint("ck_workflows_versions_iff_executable", "(latest_version IS NOT NULL) = (face <> 'DATA_PLATFORM')");
        });

        workflow.HasKey(w => new { w.OrganizationId, w.Id }).HasName("pk_workflows");
        workflow.Property(w => w.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        workflow.Property(w => w.Id).HasColumnName("id").ValueGeneratedNever();
        workflow.Property(w => w.Face).HasColumnName("face").AsWireText().HasColumnType("character varying(16)");
        workflow.Property(w => w.Name).HasColumnName("name").HasColumnType("character varying(200)");
        workflow.Property(w => w.VersionLabel).HasColumnName("version_label").HasColumnType("character varying(50)");
        workflow.Property(w => w.Description).HasColumnName("description").HasColumnType("character varying(1000)");
        workflow.Property(w => w.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        workflow.Property(w => w.FlowDefinition).HasColumnName("flow_definition").HasColumnType("json");
        workflow.Property(w => w.LatestVersion).HasColumnName("latest_version");
        workflow.Property(w => w.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        workflow.Property(w => w.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");

        // Lists what may be run; most stored workflows of an old organization are not.
        workflow.HasIndex(w => new { w.OrganizationId, w.Id }, "ix_workflows_active").HasFilter("status = 'ACTIVE'");

        // Name and version name one definition of /v1, whatever arrives at once; archived ones keep their name.
        workflow.HasIndex(w => new { w.OrganizationId, w.Name, w.VersionLabel }, "ix_workflows_v1_name").IsUnique().HasFilter("face = 'V1'");
    }
}
