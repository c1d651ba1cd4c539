using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace Solya.Workflows.Api.Validation;

/// <summary>The body of a request, read whole and once.</summary>
/// <param name="Bytes">Valid until the request ends.</param>
internal sealed record RequestBody(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The limit of ordinary routes: 4 MiB.</summary>
    public const int OrdinaryBytes = 4 * 1024 * 1024;

    /// <summary>The limit of bulk routes: 32 MiB.</summary>
    public const int BulkBytes = 32 * 1024 * 1024;

    /// <summary>Whether the media type is JSON in UTF-8, the only encoding JSON has.</summary>
    public static bool IsJson(HttpRequest request)
        => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the body, or null when it is larger than <paramref name="most"/> bytes.</summary>
    /// <exception cref="BadHttpRequestException">The body does not arrive as it was announced.</exception>
    public static async ValueTask<RequestBody?> ReadAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most)
        {
            return null;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var part = await reader.ReadAsync(context.RequestAborted);
            if (part.Buffer.Length > most)
            {
                reader.AdvanceTo(part.Buffer.End);
                return null;
            }

            if (part.IsCompleted)
            {
                var bytes = Keep(context, part.Buffer);
                reader.AdvanceTo(part.Buffer.End);
                return new RequestBody(bytes);
            }

            reader.AdvanceTo(part.Buffer.Start, part.Buffer.End);
        }
    }

    private static ReadOnlyMemory<byte> Keep(HttpContext context, ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return default;
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)buffer.Length);
        context.Response.RegisterForDispose(new Lease(rented));
        buffer.CopyTo(rented);
        return rented.AsMemory(0, (int)buffer.Length);
    }

    private sealed class Lease(byte[] rented) : IDisposable
    {
        public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
    }
}
