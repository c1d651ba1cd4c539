using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Workflows of people: schedules, webhooks, and who stored them.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261125020000_AddSchedules")]
internal sealed class AddSchedules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE workflows
            ADD COLUMN schedule_type varchar(16),
            ADD COLUMN schedule_value varchar(255),
            ADD COLUMN timezone varchar(64),
            ADD COLUMN catch_up varchar(16),
            ADD COLUMN overlap varchar(16),
            ADD COLUMN next_run_at timestamptz(3),
            ADD COLUMN schedule_anchor timestamptz(3),
            ADD COLUMN schedule_due_at timestamptz(3),
            ADD COLUMN waiting_ticks timestamptz(3)[],
            ADD COLUMN webhook_token varchar(43),
            ADD COLUMN webhook_token_hash bytea,
            ADD COLUMN created_by text,
            ADD COLUMN created_by_email text,
            ADD CONSTRAINT ck_workflows_schedule_type CHECK (schedule_type IN ('manual', 'interval', 'cron', 'daily', 'weekly', 'monthly')),
            ADD CONSTRAINT ck_workflows_catch_up CHECK (catch_up IN ('none', 'last', 'all')),
            ADD CONSTRAINT ck_workflows_overlap CHECK (overlap IN ('allow', 'skip', 'queue')),
            ADD CONSTRAINT ck_workflows_schedule_iff_graph CHECK ((face = 'GRAPH') = (schedule_type IS NOT NULL AND timezone IS NOT NULL AND catch_up IS NOT NULL AND overlap IS NOT NULL AND schedule_anchor IS NOT NULL AND waiting_ticks IS NOT NULL)),
            ADD CONSTRAINT ck_workflows_webhook_iff_graph CHECK ((face = 'GRAPH') = (webhook_token IS NOT NULL AND webhook_token_hash IS NOT NULL)),
            ADD CONSTRAINT ck_workflows_due_only_active CHECK ((next_run_at IS NULL AND schedule_due_at IS NULL) OR (face = 'GRAPH' AND status = 'ACTIVE'));
        CREATE INDEX ix_workflows_schedule_due ON workflows (schedule_due_at) WHERE status = 'ACTIVE' AND schedule_due_at IS NOT NULL;
        CREATE UNIQUE INDEX ix_workflows_webhook_token_hash ON workflows (webhook_token_hash) WHERE webhook_token_hash IS NOT NULL;

        ALTER TABLE workflow_runs ADD COLUMN scheduled_for timestamptz(3);
        CREATE INDEX ix_workflow_runs_scheduled ON workflow_runs (organization_id, workflow_id)
            WHERE scheduled_for IS NOT NULL AND status IN ('PENDING', 'RUNNING', 'WAITING', 'PAUSED');
        """);
}
