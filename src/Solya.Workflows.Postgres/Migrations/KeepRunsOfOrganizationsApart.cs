using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>
/// Where one organization has nearly all runs, the planner took the index on the id alone for as good as the primary key, and
/// went through everybody's runs to find those of another. Its condition always holds, and only the query that needs it says it.
/// </summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261202000000_KeepRunsOfOrganizationsApart")]
internal sealed class KeepRunsOfOrganizationsApart : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP INDEX ix_workflow_runs_id;
        CREATE UNIQUE INDEX ix_workflow_runs_id ON workflow_runs (id) WHERE depth >= 0;
        """);
}
