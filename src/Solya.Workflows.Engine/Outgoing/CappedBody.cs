namespace Solya.Workflows.Engine.Outgoing;

/// <summary>The first bytes of a response's body, after decompression.</summary>
/// <param name="IsComplete">False when the body goes on.</param>
internal sealed record CappedBody(ReadOnlyMemory<byte> Bytes, bool IsComplete)
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads at most <paramref name="limit"/> bytes. The buffer grows with what arrives, not with what is announced.</summary>
    public static async Task<CappedBody> ReadAsync(HttpContent content, int limit, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var buffer = new byte[Math.Min(limit, FirstBuffer)];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length == limit)
                {
                    return new(buffer, IsComplete: await stream.ReadAsync(new byte[1], ct) == 0);
                }

                Array.Resize(ref buffer, Math.Min(limit, buffer.Length * 2));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
            {
                return new(buffer.AsMemory(0, length), IsComplete: true);
            }

            length += read;
        }
    }
}
