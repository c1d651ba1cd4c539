using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Plans;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class PlanTable : IEntityTypeConfiguration<Plan>
{
    public const string Name = "plans";

    public void Configure(EntityTypeBuilder<Plan> plan)
    {
        plan.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_plans_plan_type", "plan_type IN ('RESTOCK', 'REBALANCE', 'MARKDOWN', 'SUPPLIER_RETURN', 'SUPPLIER_EXCHANGE')");
            table.HasCheckConstraint("ck_plans_status", "status IN ('DRAFT', 'VALIDATED', 'CLOSED')");
        });

        plan.HasKey(p => new { p.OrganizationId, p.Id }).HasName("pk_plans");
        plan.Property(p => p.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        plan.Property(p => p.Id).HasColumnName("id").ValueGeneratedNever();
        plan.Property(p => p.PlanType).HasColumnName("plan_type").AsWireText().HasColumnType("character varying(32)");
        plan.Property(p => p.PlanName).HasColumnName("plan_name").HasColumnType("character varying(255)");
        plan.Property(p => p.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        plan.Property(p => p.WorkflowRunId).HasColumnName("workflow_run_id").HasColumnType("character varying(255)");
        plan.Property(p => p.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        plan.Property(p => p.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");

        // At most one draft per type and name, whatever arrives at once. Also serves create-or-get.
        plan.HasIndex(p => new { p.OrganizationId, p.PlanType, p.PlanName }, "ix_plans_one_draft").IsUnique().HasFilter("status = 'DRAFT'");
    }
}
