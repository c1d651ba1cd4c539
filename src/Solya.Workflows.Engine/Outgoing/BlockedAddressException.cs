namespace Solya.Workflows.Engine.Outgoing;

/// <summary>A host has no address that may be called. The message names the host, never its addresses: they may be secrets of a private network.</summary>
public sealed class BlockedAddressException(string host)
    : Exception($"'{host}' is not on the public internet, and this service does not call private addresses.");
