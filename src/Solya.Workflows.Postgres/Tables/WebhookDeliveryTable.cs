using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WebhookDeliveryTable : IEntityTypeConfiguration<WebhookDelivery>
{
    public const string Name = "webhook_deliveries";

    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_webhook_deliveries_status", "status IN ('PENDING', 'DELIVERED', 'DEAD')");
            table.HasCheckConstraint("ck_webhook_deliveries_delivered_at_iff_delivered", "(delivered_at IS NOT NULL) = (status = 'DELIVERED')");
        });

        delivery.HasKey(d => new { d.OrganizationId, d.Id }).HasName("pk_webhook_deliveries");
        delivery.Property(d => d.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        delivery.Property(d => d.Id).HasColumnName("id").ValueGeneratedNever();
        delivery.Property(d => d.SubscriptionId).HasColumnName("subscription_id");
        delivery.Property(d => d.RunId).HasColumnName("run_id");
        delivery.Property(d => d.Sequence).HasColumnName("sequence");
        delivery.Property(d => d.EventType).HasColumnName("event_type").HasColumnType("character varying(32)");
        delivery.Property(d => d.Payload).HasColumnName("payload").HasColumnType("json");
        delivery.Property(d => d.Status).HasColumnName("status").AsWireText().HasColumnType("character varying(16)");
        delivery.Property(d => d.Attempt).HasColumnName("attempt");
        delivery.Property(d => d.SeriesStart).HasColumnName("series_start").HasDefaultValue(0);
        delivery.Property(d => d.DueAt).HasColumnName("due_at").HasColumnType("timestamp with time zone");
        delivery.Property(d => d.ResponseStatus).HasColumnName("response_status");
        delivery.Property(d => d.Error).HasColumnName("error").HasColumnType("text");
        delivery.Property(d => d.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");
        delivery.Property(d => d.DeliveredAt).HasColumnName("delivered_at").HasColumnType("timestamp(3) with time zone");

        // Deliveries go with their subscription.
        delivery.HasOne<WebhookSubscription>().WithMany().HasForeignKey(d => new { d.OrganizationId, d.SubscriptionId }).HasConstraintName("fk_webhook_deliveries_subscription").OnDelete(DeleteBehavior.Cascade);

        // An event goes to a subscription once, however often it is written.
        delivery.HasIndex(d => new { d.OrganizationId, d.SubscriptionId, d.RunId, d.Sequence }, "ix_webhook_deliveries_once").IsUnique();

        // Tells when the next delivery of any organization is due; settled deliveries are history.
        delivery.HasIndex(d => d.DueAt, "ix_webhook_deliveries_due").HasFilter("status = 'PENDING'");

        // The sender: what is due of each subscription, oldest first, without reading past what another subscription has.
        delivery.HasIndex(d => new { d.OrganizationId, d.SubscriptionId, d.DueAt }, "ix_webhook_deliveries_receiver").HasFilter("status = 'PENDING'");

        // Lists the deliveries of a subscription, newest first.
        delivery.HasIndex(d => new { d.OrganizationId, d.SubscriptionId, d.CreatedAt, d.Id }, "ix_webhook_deliveries_subscription");
    }
}
