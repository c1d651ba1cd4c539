using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Runs that steps of other runs have started, and steps that wait for them.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261125010000_AddSubWorkflows")]
internal sealed class AddSubWorkflows : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE workflow_runs
            ADD COLUMN parent_run_id uuid,
            ADD COLUMN parent_step_id uuid,
            ADD COLUMN depth integer NOT NULL DEFAULT 0,
            ADD CONSTRAINT fk_workflow_runs_parent FOREIGN KEY (organization_id, parent_run_id) REFERENCES workflow_runs (organization_id, id),
            ADD CONSTRAINT ck_workflow_runs_depth_iff_parent CHECK (depth BETWEEN 0 AND 5 AND (depth > 0) = (parent_run_id IS NOT NULL)),
            ADD CONSTRAINT ck_workflow_runs_step_only_with_parent CHECK (parent_step_id IS NULL OR parent_run_id IS NOT NULL);
        CREATE INDEX ix_workflow_runs_parent ON workflow_runs (organization_id, parent_run_id, parent_step_id) WHERE parent_run_id IS NOT NULL;

        ALTER TABLE workflow_run_steps
            DROP CONSTRAINT ck_workflow_run_steps_wait_kind,
            ADD CONSTRAINT ck_workflow_run_steps_wait_kind CHECK (wait_kind IN ('TIMER', 'RETRY', 'SIGNAL', 'APPROVAL', 'WORKER', 'CHILD'));
        """);
}
