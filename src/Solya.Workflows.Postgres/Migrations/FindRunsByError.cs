using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Lists of the runs that failed with a code no longer read every run.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261130000000_FindRunsByError")]
internal sealed class FindRunsByError : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "CREATE INDEX ix_workflow_runs_error_code ON workflow_runs (organization_id, error_code, id) WHERE error_code IS NOT NULL;");
}
