namespace Solya.Workflows.Api.V1.Events;

/// <summary>How streams of events are kept alive. Section <c>EventStream</c>.</summary>
public sealed class EventStreamOptions
{
    /// <summary>After how long a silence a comment is sent, so that nothing on the way takes the connection for dead; default 15 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
