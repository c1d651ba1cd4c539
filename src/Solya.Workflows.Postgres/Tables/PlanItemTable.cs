using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Plans;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class PlanItemTable : IEntityTypeConfiguration<PlanItem>
{
    public const string Name = "plan_items";

    public void Configure(EntityTypeBuilder<PlanItem> item)
    {
        item.ToTable(Name);

        item.HasKey(i => new { i.OrganizationId, i.PlanId, i.ItemKey }).HasName("pk_plan_items");
        item.Property(i => i.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        item.Property(i => i.PlanId).HasColumnName("plan_id");
        item.Property(i => i.ItemKey).HasColumnName("item_key");
        item.Property(i => i.VariantId).HasColumnName("variant_id").HasColumnType("text");
        item.Property(i => i.ShopId).HasColumnName("shop_id").HasColumnType("text");
        item.Property(i => i.Item).HasColumnName("item").HasColumnType("json");
        item.Property(i => i.RefreshCount).HasColumnName("refresh_count");
        item.Property(i => i.WorkflowRunId).HasColumnName("workflow_run_id").HasColumnType("character varying(255)");
        item.Property(i => i.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        item.Property(i => i.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");

        // Items belong to a plan.
        item.HasOne<Plan>().WithMany(p => p.Items).HasForeignKey(i => new { i.OrganizationId, i.PlanId }).HasConstraintName("fk_plan_items_plan").OnDelete(DeleteBehavior.NoAction);
    }
}
