namespace Solya.Workflows.Ids;

/// <summary>
/// Makes UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, a 12-bit counter, 62 random bits. Within one process every id is
/// greater than the one before it, so "newest first" is the order of creation even inside one millisecond.
/// </summary>
public sealed class IdGenerator(TimeProvider clock)
{
    private const int CounterBits = 12;

    // Milliseconds and counter in one number, so that one compare-and-swap moves both.
    private long _last;

    /// <summary>The next id, and the instant it carries: use that as the row's creation time.</summary>
    public (Guid Id, DateTimeOffset CreatedAt) Next()
    {
        long stamp;
        long last;
        do
        {
            last = Volatile.Read(ref _last);
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds() << CounterBits;
            // A full counter or a clock that steps back borrows from the next millisecond instead of repeating.
            stamp = Math.Max(now, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, stamp, last) != last);

        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes[8..]);
        var milliseconds = stamp >> CounterBits;
        Uuid7.WriteHead(bytes, milliseconds, (int)(stamp & ((1 << CounterBits) - 1)));
        Uuid7.SetVariant(bytes);
        return (new Guid(bytes, bigEndian: true), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
    }

    public Guid NextId() => Next().Id;
}
