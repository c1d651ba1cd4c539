using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Workspaces;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class ApiKeyTable : IEntityTypeConfiguration<ApiKey>
{
    public const string Name = "api_keys";

    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_api_keys_key_hash", "octet_length(key_hash) = 32");
        });

        key.HasKey(k => new { k.OrganizationId, k.Id }).HasName("pk_api_keys");
        key.Property(k => k.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        key.Property(k => k.Id).HasColumnName("id").ValueGeneratedNever();
        key.Property(k => k.KeyHash).HasColumnName("key_hash");
        key.Property(k => k.Hint).HasColumnName("hint").HasColumnType("character varying(16)");
        key.Property(k => k.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        key.Property(k => k.RevokedAt).HasColumnName("revoked_at").HasColumnType("timestamp(3) with time zone");

        // Keys belong to a workspace.
        key.HasOne<Workspace>().WithMany().HasForeignKey(k => k.OrganizationId).HasConstraintName("fk_api_keys_workspace").OnDelete(DeleteBehavior.NoAction);

        // Authentication finds the organization of a key; nothing else of the request says it.
        key.HasIndex(k => k.KeyHash, "ix_api_keys_key_hash").IsUnique();
    }
}
