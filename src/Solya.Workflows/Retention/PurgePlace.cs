namespace Solya.Workflows.Retention;

/// <summary>How far a walk has come: what stands behind this key is still to be looked at.</summary>
public readonly record struct PurgePlace(string OrganizationId, Guid Id)
{
    /// <summary>Before everything: no organization has an empty name.</summary>
    public static readonly PurgePlace Start = new("", Guid.Empty);
}
