namespace Solya.Workflows.Retention;

/// <summary>What one transaction of a walk did.</summary>
/// <param name="Next">Where to go on; null when the walk is over, or another process deletes at this moment.</param>
public readonly record struct PurgeReceipt(int Deleted, PurgePlace? Next);
