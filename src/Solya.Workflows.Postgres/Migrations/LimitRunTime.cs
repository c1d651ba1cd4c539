using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Lets a run have a time by which it must have ended.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261128000000_LimitRunTime")]
internal sealed class LimitRunTime : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE workflow_runs ADD COLUMN deadline_at timestamptz(3);");
}
