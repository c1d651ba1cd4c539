using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Lets the sender of webhooks find what is due of each receiver, and a settled delivery be sent anew.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261127000000_ClaimDeliveriesByReceiver")]
internal sealed class ClaimDeliveriesByReceiver : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE webhook_deliveries ADD COLUMN series_start integer NOT NULL DEFAULT 0;
        CREATE INDEX ix_webhook_deliveries_receiver ON webhook_deliveries (organization_id, subscription_id, due_at) WHERE status = 'PENDING';
        """);
}
