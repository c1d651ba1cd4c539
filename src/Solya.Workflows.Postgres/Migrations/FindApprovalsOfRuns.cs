using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Finds all questions of a run, decided ones too: deleting a run asks for them, and so does the foreign key.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261129000000_FindApprovalsOfRuns")]
internal sealed class FindApprovalsOfRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("CREATE INDEX ix_approval_requests_run ON approval_requests (organization_id, run_id);");
}
