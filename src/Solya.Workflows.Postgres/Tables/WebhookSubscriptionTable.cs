using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WebhookSubscriptionTable : IEntityTypeConfiguration<WebhookSubscription>
{
    public const string Name = "webhook_subscriptions";

    public void Configure(EntityTypeBuilder<WebhookSubscription> subscription)
    {
        subscription.ToTable(Name);

        subscription.HasKey(s => new { s.OrganizationId, s.Id }).HasName("pk_webhook_subscriptions");
        subscription.Property(s => s.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        subscription.Property(s => s.Id).HasColumnName("id").ValueGeneratedNever();
        subscription.Property(s => s.Url).HasColumnName("url").HasColumnType("text");
        subscription.Property(s => s.Events).HasColumnName("events").HasColumnType("text[]");
        subscription.Property(s => s.Secret).HasColumnName("secret").HasColumnType("text");
        subscription.Property(s => s.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        subscription.Property(s => s.DisabledAt).HasColumnName("disabled_at").HasColumnType("timestamp(3) with time zone");
    }
}
