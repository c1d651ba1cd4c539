using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Postgres.Idempotency;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class IdempotencyKeyTable : IEntityTypeConfiguration<IdempotencyKey>
{
    public const string Name = "idempotency_keys";

    public void Configure(EntityTypeBuilder<IdempotencyKey> key)
    {
        key.ToTable(Name, table => table.HasCheckConstraint("ck_idempotency_keys_fingerprint", "octet_length(fingerprint) = 32"));

        key.HasKey(k => new { k.OrganizationId, k.KeyHash }).HasName("pk_idempotency_keys");
        key.Property(k => k.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        key.Property(k => k.KeyHash).HasColumnName("key_hash");
        key.Property(k => k.Fingerprint).HasColumnName("fingerprint");
        key.Property(k => k.ResponseStatus).HasColumnName("response_status");
        key.Property(k => k.ResponseBody).HasColumnName("response_body");
        key.Property(k => k.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");

        // Expired keys are deleted oldest first.
        key.HasIndex(k => k.CreatedAt, "ix_idempotency_keys_created_at");
    }
}
