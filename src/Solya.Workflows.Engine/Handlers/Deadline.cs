namespace Solya.Workflows.Engine.Handlers;

/// <summary>The end of one attempt: its timeout, or the cancellation of whoever asked for it.</summary>
internal static class Deadline
{
    // What a timer can hold; no attempt is worth more.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static CancellationTokenSource Of(TimeSpan timeout, CancellationToken ct)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        source.CancelAfter(timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout > Longest ? Longest : timeout);
        return source;
    }
}
