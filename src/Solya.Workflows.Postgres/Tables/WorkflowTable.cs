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
            table.HasCheckConstraint("ck_workflows_schedule_type", "schedule_type IN ('manual', 'interval', 'cron', 'daily', 'weekly', 'monthly')");
            table.HasCheckConstraint("ck_workflows_catch_up", "catch_up IN ('none', 'last', 'all')");
            table.HasCheckConstraint("ck_workflows_overlap", "overlap IN ('allow', 'skip', 'queue')");
            table.HasCheckConstraint("ck_workflows_schedule_iff_graph", "(face = 'GRAPH') = (schedule_type IS NOT NULL AND timezone IS NOT NULL AND catch_up IS NOT NULL AND overlap IS NOT NULL AND schedule_anchor IS NOT NULL AND waiting_ticks IS NOT NULL)");
            table.HasCheckConstraint("ck_workflows_webhook_iff_graph", "(face = 'GRAPH') = (webhook_token IS NOT NULL AND webhook_token_hash IS NOT NULL)");
            // A workflow that takes no runs can never be due.
            table.HasCheckConstraint("ck_workflows_due_only_active", "(next_run_at IS NULL AND schedule_due_at IS NULL) OR (face = 'GRAPH' AND status = 'ACTIVE')");
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
        workflow.Property(w => w.ScheduleType).HasColumnName("schedule_type").AsWireText().HasColumnType("character varying(16)");
        workflow.Property(w => w.ScheduleValue).HasColumnName("schedule_value").HasColumnType("character varying(255)");
        workflow.Property(w => w.TimeZone).HasColumnName("timezone").HasColumnType("character varying(64)");
        workflow.Property(w => w.CatchUp).HasColumnName("catch_up").AsWireText().HasColumnType("character varying(16)");
        workflow.Property(w => w.Overlap).HasColumnName("overlap").AsWireText().HasColumnType("character varying(16)");
        workflow.Property(w => w.NextRunAt).HasColumnName("next_run_at").HasColumnType("timestamp(3) with time zone");
        workflow.Property(w => w.ScheduleAnchor).HasColumnName("schedule_anchor").HasColumnType("timestamp(3) with time zone");
        workflow.Property(w => w.ScheduleDueAt).HasColumnName("schedule_due_at").HasColumnType("timestamp(3) with time zone");
        workflow.Property(w => w.WaitingTicks).HasColumnName("waiting_ticks").HasColumnType("timestamp(3) with time zone[]");
        workflow.Property(w => w.WebhookToken).HasColumnName("webhook_token").HasColumnType("character varying(43)");
        workflow.Property(w => w.WebhookTokenHash).HasColumnName("webhook_token_hash").HasColumnType("bytea");
        workflow.Property(w => w.CreatedBy).HasColumnName("created_by").HasColumnType("text");
        workflow.Property(w => w.CreatedByEmail).HasColumnName("created_by_email").HasColumnType("text");
        workflow.Property(w => w.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        workflow.Property(w => w.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");

        // Lists what may be run; most stored workflows of an old organization are not.
        workflow.HasIndex(w => new { w.OrganizationId, w.Id }, "ix_workflows_active").HasFilter("status = 'ACTIVE'");

        // Name and version name one definition of /v1, whatever arrives at once; archived ones keep their name.
        workflow.HasIndex(w => new { w.OrganizationId, w.Name, w.VersionLabel }, "ix_workflows_v1_name").IsUnique().HasFilter("face = 'V1'");

        // The engine's look for what is due, over all organizations; most workflows have no schedule.
        workflow.HasIndex(w => w.ScheduleDueAt, "ix_workflows_schedule_due").HasFilter("status = 'ACTIVE' AND schedule_due_at IS NOT NULL");

        // A webhook's address names its workflow, and with it the organization.
        workflow.HasIndex(w => w.WebhookTokenHash, "ix_workflows_webhook_token_hash").IsUnique().HasFilter("webhook_token_hash IS NOT NULL");
    }
}
