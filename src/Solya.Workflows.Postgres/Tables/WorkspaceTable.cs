using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Solya.Workflows.Workspaces;

namespace Solya.Workflows.Postgres.Tables;

internal sealed class WorkspaceTable : IEntityTypeConfiguration<Workspace>
{
    public const string Name = "workspaces";

    public void Configure(EntityTypeBuilder<Workspace> workspace)
    {
        workspace.ToTable(Name, table =>
        {
            table.HasCheckConstraint("ck_workspaces_slug", "slug ~ '^[a-z0-9-]{1,50}$'");
        });

        workspace.HasKey(w => w.OrganizationId).HasName("pk_workspaces");
        workspace.Property(w => w.OrganizationId).HasColumnName("organization_id").HasColumnType("character varying(255)");
        workspace.Property(w => w.Slug).HasColumnName("slug").HasColumnType("character varying(50)");
        workspace.Property(w => w.CreatedAt).HasColumnName("created_at").HasColumnType("timestamp(3) with time zone");

        // A slug names one workspace, whatever arrives at once.
        workspace.HasIndex(w => w.Slug, "ix_workspaces_slug").IsUnique();
    }
}
