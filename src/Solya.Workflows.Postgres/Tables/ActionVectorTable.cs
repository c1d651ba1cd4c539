using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.ActionVectors;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class ActionVectorTable : IEntityTypeConfiguration<ActionVector>
{
    public const string Name = "action_vectors";

    public void Configure(EntityTypeBuilder<ActionVector> vector)
    {
        vector.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_action_vectors_domain", "domain IN ('restock', 'rebalance', 'markdown')");
            table.HasCheckConstraint("ck_action_vectors_confidence", "confidence BETWEEN 0 AND 1");
        });

        vector.HasKey(v => new { v.OrganizationId, v.CandidateKey }).HasName("pk_action_vectors");
        vector.Property(v => v.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        vector.Property(v => v.CandidateKey).HasColumnName("candidate_key");
        vector.Property(v => v.Domain).HasColumnName("domain").AsWireText().HasColumnType("character varying(16)");
        vector.Property(v => v.VariantId).HasColumnName("variant_id").HasColumnType("text");
        vector.Property(v => v.ShopId).HasColumnName("shop_id").HasColumnType("text");
        vector.Property(v => v.Confidence).HasColumnName("confidence");
        vector.Property(v => v.Payload).HasColumnName("payload").HasColumnType("json");
        vector.Property(v => v.RefreshCount).HasColumnName("refresh_count");
        vector.Property(v => v.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        vector.Property(v => v.UpdatedAt).HasColumnName("updated_at").HasColumnType("timestamp(3) with time zone");
    }
}
