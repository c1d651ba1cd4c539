namespace Solya.Workflows.Engine.Outgoing;

/// <summary>The beginning of a response's body as text, for people who look for the reason.</summary>
internal static class ResponseExcerpt
{
    /// <summary>Bytes of the body that are kept.</summary>
    public const int MaxBytes = 2_048;

    /// <summary>
    /// Reads at most <paramref name="readLimit"/> bytes, so that a short response leaves its connection usable, and keeps the first 2 KiB.
    /// Null when the body breaks off or takes longer than <paramref name="deadline"/>: its status has been heard and stands.
    /// </summary>
    public static async Task<string?> ReadAsync(HttpResponseMessage response, int readLimit, CancellationToken deadline, CancellationToken ct)
    {
        try
        {
            var body = await CappedBody.ReadAsync(response.Content, readLimit, deadline);
            return Of(body.Bytes.Span, response.Content);
        }
        catch (Exception e) when (OutgoingFailure.Of(e, "", ct) is not null)
        {
            return null;
        }
    }

    private static string Of(ReadOnlySpan<byte> body, HttpContent content)
    {
        var whole = body.Length <= MaxBytes;
        return StorableText.Decode(whole ? body : body[..MaxBytes], ResponseEncoding.Of(content), whole);
    }
}
