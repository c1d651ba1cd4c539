namespace Solya.Workflows.Engine.Outgoing;

/// <summary>Where calls that workflows make may go; section <c>Webhooks</c>.</summary>
public sealed class OutgoingOptions
{
    /// <summary>Lets calls reach loopback, private and other addresses that are not public.</summary>
    public bool AllowPrivateNetworks { get; init; }
}
