using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Runs that no step waits for any more, until they are called off.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261127010000_KeepAbandonedRuns")]
internal sealed class KeepAbandonedRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE abandoned_runs (
            organization_id varchar(255) NOT NULL,
            run_id uuid NOT NULL,
            due_at timestamptz NOT NULL,
            CONSTRAINT pk_abandoned_runs PRIMARY KEY (organization_id, run_id),
            CONSTRAINT fk_abandoned_runs_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id)
        );
        CREATE INDEX ix_abandoned_runs_due ON abandoned_runs (due_at);
        """);
}
